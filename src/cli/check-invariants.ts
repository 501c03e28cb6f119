/**
 * `npm run check:invariants [-- --seconds N] [--seed N]`: holds a database to the laws of all modules and says for each how
 * many rows were examined; a law that examined none is not shown, which fails, too. With DATABASE_URL it is that database,
 * which is only read. Without, it is a throw-away one with two minutes of seeded traffic over all modules, in which afterwards
 * each law is broken once, to show that this is found.
 */
import 'reflect-metadata';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkLaws, holds, isShown, plantViolations, type Verdict } from '../invariants/check-laws.js';
import { listCorps } from '../invariants/corps.js';
import type { Law } from '../invariants/law.js';
import { laws } from '../invariants/laws.js';
import { withThrowAwayCorp } from '../invariants/throw-away-corp.js';
import { Workload } from '../invariants/workload.js';
import { withClient } from '../platform/database/with-client.js';

type Print = (line: string) => void;

const SECONDS_DEFAULT = 120;
const SETTLE_MS = 15_000;
const USAGE = 'npm run check:invariants [-- --seconds N] [--seed N]';

/** @returns the exit code: 0 all laws are shown and hold, 1 not, 2 it could not be told. */
export async function checkInvariants(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    print(USAGE);
    return 2;
  }
  try {
    const url = env['DATABASE_URL'];
    return (await (url ? checkDatabase(url, print) : checkThrowAway(options, print))) ? 0 : 1;
  } catch (error) {
    // the message alone: a stack or the error's fields could show the URL with its password
    print(`Failed | 失败: ${error instanceof Error ? error.message : 'unknown error'}`);
    return 2;
  }
}

interface Options {
  readonly seconds: number;
  readonly seed: number;
}

function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { seconds: { type: 'string' }, seed: { type: 'string' } },
    });
    const seconds = Number(values.seconds ?? SECONDS_DEFAULT);
    const seed = Number(values.seed ?? Date.now() % 2 ** 31);
    return Number.isInteger(seconds) && seconds > 0 && Number.isInteger(seed) ? { seconds, seed } : undefined;
  } catch {
    return undefined; // parseArgs explains in English only
  }
}

function checkDatabase(url: string, print: Print): Promise<boolean> {
  return withClient(url, async (client) => {
    const verdicts = await checkLaws(client, await listCorps(client), laws);
    return tell(verdicts, print);
  });
}

function checkThrowAway({ seconds, seed }: Options, print: Print): Promise<boolean> {
  print(`Starting a throw-away database … 正在启动临时数据库 … (--seed ${seed})`);
  return withThrowAwayCorp(async ({ place, appUrl, superuserUrl }) => {
    print(`Traffic for ${seconds} s … 正在产生 ${seconds} 秒业务流量 …`);
    const steps = await new Workload(place, seed).run(seconds * 1_000);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS)); // what follows in the background
    print(`${steps} steps done. 已完成 ${steps} 步。`);
    const isGood = await checkDatabase(appUrl, print);
    const isFound = await withClient(superuserUrl, async (client) =>
      tellPlanted(await plantViolations(client, place.corpId, laws), print),
    );
    return isGood && isFound;
  });
}

function tell(verdicts: readonly Verdict[], print: Print): boolean {
  for (const verdict of verdicts) {
    const { law, rows, broken, place } = verdict;
    const word = !isShown(verdict)
      ? 'not shown 未验证'
      : holds(verdict)
        ? 'holds     成立'
        : 'BROKEN    不成立';
    print(`${word}  ${law.id.padEnd(8)} ${String(rows).padStart(9)} rows  ${law.en} | ${law.zh}`);
    if (broken > 0) print(`    ${broken} of them, such as ${place ?? ''} 共 ${broken} 处`);
  }
  const good = verdicts.filter(holds).length;
  print(
    `${good} of ${verdicts.length} laws are shown and hold. ${verdicts.length} 条不变量中 ${good} 条成立。`,
  );
  return good === verdicts.length;
}

function tellPlanted(results: readonly { law: Law; found: boolean }[], print: Print): boolean {
  const missed = results.filter(({ found }) => !found);
  for (const { law } of missed) print(`${law.id}: a planted violation was not found 植入的违规未被发现`);
  const [all, found] = [results.length, results.length - missed.length];
  print(`${found} of ${all} planted violations were found. 植入 ${all} 项违规，发现 ${found} 项。`);
  return missed.length === 0;
}

const isEntry =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry)
  process.exitCode = await checkInvariants(process.argv.slice(2), process.env, (line) =>
    process.stdout.write(`${line}\n`),
  );
