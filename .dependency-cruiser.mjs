/**
 * The walls between the rooms of src/. `npm run check` fails when an import crosses one; test/contract/architecture.test.ts
 * proves with the tree in test/architecture-fixtures that each rule bites.
 */
const DOOR = '/(index|[^/]+\\.events)\\.ts$';
const OUTSIDE_PRODUCTION = '^src/(sandbox|demo|embedded-database)/';

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

export default {
  forbidden: [
    forbid(
      'no-circular',
      'Files that need each other are one file, or lack a third.',
      {},
      { circular: true },
    ),
    forbid(
      'resolvable',
      'An import that cannot be resolved fails at run time.',
      {},
      { couldNotResolve: true },
    ),
    forbid(
      'declared-packages',
      'src/ runs without development dependencies, and uses only packages that package.json names.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'platform-knows-no-noun',
      'platform/ is the ground that everything stands on.',
      { path: '^src/platform/' },
      { path: '^src/', pathNot: '^src/platform/' },
    ),
    forbid(
      'wecom-on-platform-only',
      'wecom/ knows the wire format, and no customer.',
      { path: '^src/wecom/' },
      { path: '^src/', pathNot: '^src/(wecom|platform)/' },
    ),
    forbid(
      'modules-by-their-doors',
      'From outside a module has two doors: index.ts and <module>.events.ts.',
      { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/', pathNot: ['^src/modules/$1/', `^src/modules/[^/]+${DOOR}`] },
    ),
    forbid(
      'wecom-by-its-doors',
      'The wire format stays in wecom/: modules use wecom/index.ts and wecom/wecom.events.ts.',
      { path: '^src/modules/' },
      { path: '^src/wecom/', pathNot: `^src/wecom${DOOR}` },
    ),
    forbid(
      'modules-stand-on-platform-and-wecom',
      'A module knows other modules, wecom/ and platform/, and nothing of how the process is put together.',
      { path: '^src/modules/' },
      { path: '^src/', pathNot: '^src/(modules|wecom|platform)/' },
    ),
    forbid(
      'events-are-leaves',
      'An events file can be imported from anywhere, also against the direction of facade calls.',
      { path: '\\.events\\.ts$' },
      { pathNot: '^src/platform/events/' },
    ),
    forbid(
      'domain-is-pure',
      'domain/ decides: no framework, no database, no input or output. Types may come from doors; the calendar is arithmetic.',
      { path: '^src/(modules|wecom)/.+/domain/' },
      {
        pathNot: [
          '/domain/[^/]+\\.ts$',
          '\\.errors\\.ts$',
          '^src/platform/(errors|context)/',
          '^src/platform/clock/calendar\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid(
      'domain-knows-no-database-type',
      'Row classes implement the interfaces of domain/, not the other way round.',
      { path: '/domain/' },
      { path: ['/persistence/', 'node_modules/(typeorm|pg|@nestjs)/', '^src/platform/database/'] },
    ),
    forbid(
      'http-has-no-sql',
      'Controllers and DTOs carry no rule and no SQL: they call use cases and queries. Types of rows are allowed.',
      { path: '/http/', pathNot: '^src/(platform|sandbox)/' },
      { path: ['/persistence/', '^src/platform/database/'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'sandbox-shares-no-code',
      'The sandbox and wecom/ check each other, which shared code could not.',
      { path: '^src/sandbox/' },
      { path: '^src/', pathNot: '^src/sandbox/' },
    ),
    forbid(
      'official-crypto-in-sandbox-only',
      'The sandbox encrypts with the official package, wecom/ with its own code.',
      { path: '^src/', pathNot: '^src/sandbox/' },
      { path: 'node_modules/@wecom/crypto' },
    ),
    forbid(
      'launcher-stands-alone',
      'The launcher of PostgreSQL serves demo and tests; of ours it needs the names of the roles.',
      { path: '^src/embedded-database/' },
      {
        path: '^src/',
        pathNot: ['^src/embedded-database/', '^src/platform/database/(roles|role-names)\\.ts$'],
      },
    ),
    forbid(
      'production-without-demo',
      'The production entry never reaches sandbox, demo or the embedded database.',
      { path: '^src/(main|bootstrap|app\\.module)\\.ts$' },
      { path: OUTSIDE_PRODUCTION, reachable: true },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    combinedDependencies: true,
  },
};
