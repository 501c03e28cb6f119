import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Binaries } from './binaries.js';
import { writePrivateFile } from './credentials.js';
import { CLUSTER } from './data-folder.js';
import { type DatabaseUser, runAs } from './database-user.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';

/** The superuser of an embedded cluster. */
export const ADMIN_ROLE = 'postgres';
const PARTIAL = 'cluster.partial-';

/** @returns undefined when there is no cluster yet. */
export function majorOfCluster(home: string): number | undefined {
  const file = path.join(home, CLUSTER, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/**
 * Creates the cluster. It is made under another name and renamed at the end, so what was killed in the middle is never
 * taken for a cluster and is removed by the next start. Needs the starter lock.
 */
export async function createCluster(
  home: string,
  binaries: Binaries,
  user: DatabaseUser,
  adminPassword: string,
): Promise<void> {
  removePartial(home);
  // An initdb whose starter was killed lives on for a moment and must not write into ours: hence the random name.
  const partial = path.join(home, `${PARTIAL}${randomBytes(4).toString('hex')}`);
  const passwordFile = path.join(home, 'initdb.password');
  writePrivateFile(passwordFile, `${adminPassword}\n`);
  if (user.switchTo) chownSync(passwordFile, user.uid, user.gid);
  try {
    const result = await runAs(
      user,
      path.join(binaries.binFolder, 'initdb'),
      initdbOptions(partial, passwordFile),
      home,
    );
    if (!result.ok) throw initialisationFailed(result.problem);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(partial, path.join(home, CLUSTER));
}

function initdbOptions(folder: string, passwordFile: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${ADMIN_ROLE}`,
    `--pwfile=${passwordFile}`,
    // Applies to the socket and to TCP.
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The one locale that every build has, and its order depends on no library: installed and npm programs can take turns.
    '--locale=C',
    '--no-instructions',
  ];
}

function removePartial(home: string): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith(PARTIAL))
      rmSync(path.join(home, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function initialisationFailed(problem: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('initialisation_failed', {
    zh: '创建数据库失败（initdb），原因见下。',
    en: `Creating the database failed (initdb): ${problem}`,
  });
}
