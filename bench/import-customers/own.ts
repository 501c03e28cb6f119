/** The whole application without its worker: uploads a generated file, and runs its import when it is told so. */
import { createApplication } from '../../src/bootstrap.js';
import { toPublicId } from '../../src/platform/context/typed-id.js';
import { ImportStore } from '../../src/modules/customers/exchange/persistence/import-store.js';
import { Imports } from '../../src/modules/customers/exchange/use-cases/imports.js';
import { RunImport } from '../../src/modules/customers/exchange/use-cases/run-import.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import { MasterKeys } from '../../src/platform/crypto/master-keys.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { MAPPING, partsOf } from './rows.js';

const KIB_PER_MIB = 1024;
const RUN = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };
const corpId = process.env['BENCH_CORP_ID'] as CorpId; // reason: the benchmark made it

const config = AppConfig.fromEnvironment(process.env);
const app = await createApplication(config, MasterKeys.load(config));
await app.init();
const unit = app.get(UnitOfWork);
const imports = app.get(Imports, { strict: false });
const store = app.get(ImportStore, { strict: false });
const runner = app.get(RunImport, { strict: false });
let importId = '';

async function upload(rows: number): Promise<void> {
  const made = await unit.run(corpId, () => imports.create({ name: 'bench', format: 'csv', owner: 'bench' }));
  importId = made.id;
  let part = 0;
  for (const bytes of partsOf(rows)) {
    part++;
    await unit.run(corpId, () => imports.putPart(importId, part, bytes));
  }
}

async function importAll(rows: number): Promise<number> {
  const startedAt = performance.now();
  const start = { dryRun: false, mode: 'create_and_update', mapping: MAPPING } as const;
  await unit.run(corpId, () => imports.start(importId, start, { owner: 'bench', scopes: [] }));
  for (;;) {
    await runner.run({ corpId, importId }, RUN);
    const now = await unit.read(corpId, () => store.find(importId));
    if (now?.state === 'running') continue;
    if (now?.createdCount === rows && now.brokenCount === 0) return (performance.now() - startedAt) / 1000;
    throw new Error(
      `import ${toPublicId('imp', importId)} ended as ${now?.state} with ${now?.createdCount} of ${rows}`,
    );
  }
}

process.on('message', ({ type, rows }: { type: string; rows: number }) => {
  const work = type === 'upload' ? upload(rows) : importAll(rows);
  void work.then((seconds) =>
    process.send?.({ type: `${type} done`, seconds, mib: process.resourceUsage().maxRSS / KIB_PER_MIB }),
  );
});
process.send?.({ type: 'ready' });
