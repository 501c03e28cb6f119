import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ICruiseResult, cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { countLines, findSourceFaults, LINES_P95 } from './architecture-sources.js';

const ROOT = path.join(import.meta.dirname, '../..');
const FIXTURES = 'test/architecture-fixtures/src/';

interface Rules {
  forbidden: { name: string }[];
  options: object;
}

async function loadRules(): Promise<Rules> {
  const { default: rules } = (await import('../../.dependency-cruiser.mjs' as string)) as { default: Rules };
  return rules;
}

/** Every crossing of a wall in `folder`, as `rule: from -> to`. */
async function findCrossings(folder: string, rules: Rules): Promise<string[]> {
  const result = await cruise(
    [folder],
    { ...rules.options, ruleSet: { forbidden: rules.forbidden as never }, validate: true },
    undefined,
    { tsConfig: extractTSConfig(path.join(ROOT, 'tsconfig.json')) },
  );
  const { summary } = result.output as ICruiseResult;
  return summary.violations.map(({ rule, from, to }) =>
    `${rule.name}: ${from} -> ${to}`.replaceAll(FIXTURES, ''),
  );
}

function listSources(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
    .sort();
}

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

describe('walls between the rooms', () => {
  it('are crossed by no import', async () => {
    expect(await findCrossings('src', await loadRules())).toEqual([]);
  }, 120_000);

  it('hold: each rule finds its crossing in the fixtures, and nothing else', async () => {
    const rules = await loadRules();
    const moved: Rules = JSON.parse(JSON.stringify(rules).replaceAll('^src/', `^${FIXTURES}`));
    const crossings = await findCrossings(FIXTURES, moved);
    expect(crossings.sort()).toEqual([
      'declared-packages: platform/clock/undeclared.ts -> node_modules/fast-check/lib/fast-check.js',
      'domain-is-pure: modules/beta/domain/reads-a-file.ts -> fs',
      'domain-is-pure: modules/beta/domain/uses-nest.ts -> node_modules/@nestjs/common/index.js',
      'domain-is-pure: wecom/inside/domain/errcodes.ts -> platform/clock/clock.ts',
      'domain-knows-no-database-type: modules/beta/domain/knows-rows.ts -> modules/beta/persistence/beta.row.ts',
      'domain-knows-no-database-type: modules/beta/domain/uses-nest.ts -> node_modules/@nestjs/common/index.js',
      'events-are-leaves: modules/beta/beta.events.ts -> modules/beta/domain/pure.ts',
      'http-has-no-sql: modules/beta/http/beta.controller.ts -> modules/beta/persistence/beta.row.ts',
      'http-has-no-sql: modules/beta/http/beta.sql.ts -> platform/database/database.ts',
      'launcher-stands-alone: embedded-database/launcher.ts -> platform/clock/clock.ts',
      'modules-by-their-doors: modules/beta/reactions/climbs-in.ts -> modules/alpha/inside.ts',
      'modules-stand-on-platform-and-wecom: modules/beta/reactions/plays.ts -> sandbox/sandbox.ts',
      'no-circular: platform/clock/circle-a.ts -> platform/clock/circle-b.ts',
      'official-crypto-in-sandbox-only: wecom/borrows-crypto.ts -> node_modules/@wecom/crypto/lib/index.js',
      'platform-knows-no-noun: platform/clock/reaches-up.ts -> modules/alpha/index.ts',
      'production-without-demo: bootstrap.ts -> demo/demo.ts',
      'production-without-demo: bootstrap.ts -> sandbox/sandbox.ts',
      'production-without-demo: main.ts -> demo/demo.ts',
      'production-without-demo: main.ts -> sandbox/sandbox.ts',
      'resolvable: platform/clock/dangling.ts -> ./nowhere.js',
      'sandbox-shares-no-code: sandbox/borrows.ts -> platform/clock/clock.ts',
      'wecom-by-its-doors: modules/beta/reactions/reads-the-wire.ts -> wecom/inside/wire.ts',
      'wecom-on-platform-only: wecom/knows-customers.ts -> modules/alpha/index.ts',
    ]);
    const bitten = new Set(crossings.map((line) => line.split(':')[0]));
    expect(rules.forbidden.map((rule) => rule.name).filter((name) => !bitten.has(name))).toEqual([]);
  }, 120_000);
});

describe('source files', () => {
  const sources = listSources('src').filter((file) => !file.endsWith('.spec.ts'));

  it('follow the house rules', () => {
    expect(sources.flatMap((file) => findSourceFaults(file, read(file)))).toEqual([]);
  });

  it(`have at most ${LINES_P95} lines in 95 of 100 cases`, () => {
    const lengths = sources.map((file) => countLines(read(file))).sort((a, b) => a - b);
    expect(lengths[Math.ceil(lengths.length * 0.95) - 1]).toBeLessThanOrEqual(LINES_P95);
  });

  it('are found wrong by each house rule', () => {
    const file = 'test/architecture-fixtures/sources/breaks-every-rule.ts';
    const faults = findSourceFaults('src/modules/beta/breaks-every-rule.ts', read(file));
    const long = `export const long = 1;\n${'//\n'.repeat(350)}`;
    const faultsOf = (place: string, text: string) =>
      findSourceFaults(place, text).map((fault) => fault.split(' ').slice(1).join(' '));
    expect(faults.map((fault) => fault.split(' ').slice(1).join(' '))).toEqual([
      'imports InjectRepository: use UnitOfWork and Database',
      'imports DataSource: use UnitOfWork and Database',
      'imports forwardRef: use an event, or a third module',
      'imports randomUUID: use Ids',
      'StaffManager says nothing: name what it does',
      '8 constructor dependencies, at most 7',
      'asks the time: use Clock',
      'asks the time: use Clock',
      'asks the time: use Clock',
      'asks for chance: use Ids',
      'any without "reason: …" beside it',
      '! without "reason: …" beside it',
      'a cast without "reason: …" beside it',
      'a statement on staff.staff that does not name the corp',
      'a statement on staff.staff, staff.departments that does not name the corp',
      'a function of 71 lines, at most 70',
      'a default export has no name to search for',
    ]);
    expect(faultsOf('src/long.ts', long)).toEqual(['351 lines, at most 350']);
    expect(faultsOf('src/platform/utils/a.ts', '')).toEqual(['a folder name that says nothing']);
    expect(faultsOf('src/platform/clock/clock.ts', 'export const now = () => new Date();')).toEqual([]);
  });
});
