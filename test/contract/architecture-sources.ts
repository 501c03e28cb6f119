import ts from 'typescript';
import { tenantlessTables } from '../../src/platform/database/tenantless-tables.js';

export const LINES_MAX = 350;
export const LINES_P95 = 200;
const FUNCTION_LINES_MAX = 70;
const CONSTRUCTOR_DEPENDENCIES_MAX = 7;
const VAGUE_NAME = /(Manager|Helpers?|Utils?|Processor|Data|Info)$/;
const VAGUE_FOLDER = /(^|\/)(common|shared|utils?|helpers?)\//;

/** Where time and chance may be asked directly: their seam, and what is not the application. */
const OWN_CLOCK = /^src\/(platform\/clock|sandbox|demo|cli|embedded-database)\//;
/** The start of a process checks the role it connects as, before anything is served. */
const OWN_CONNECTION = /^src\/(platform\/database\/|bootstrap\.ts$)/;

/** Names that only some folder may import, with what to use instead. */
const GUARDED_IMPORTS: Record<string, { allowed: RegExp; instead: string }> = {
  DataSource: { allowed: OWN_CONNECTION, instead: 'UnitOfWork and Database' },
  InjectDataSource: { allowed: OWN_CONNECTION, instead: 'UnitOfWork and Database' },
  InjectEntityManager: { allowed: OWN_CONNECTION, instead: 'UnitOfWork and Database' },
  InjectRepository: { allowed: OWN_CONNECTION, instead: 'UnitOfWork and Database' },
  forwardRef: { allowed: /^$/, instead: 'an event, or a third module' },
  randomUUID: { allowed: OWN_CLOCK, instead: 'Ids' },
  typeid: { allowed: OWN_CLOCK, instead: 'Ids' },
};

/** What one source file does that the house rules forbid; one line a fault. `file` is its path from the root. */
export function findSourceFaults(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const faults: string[] = [];
  const report = (node: ts.Node, fault: string): void => {
    faults.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${fault}`);
  };
  const lines = countLines(text);
  if (lines > LINES_MAX) faults.push(`${file}: ${lines} lines, at most ${LINES_MAX}`);
  if (VAGUE_FOLDER.test(file)) faults.push(`${file}: a folder name that says nothing`);
  const visit = (node: ts.Node): void => {
    for (const rule of rules) {
      const fault = rule(node, source, file);
      if (fault) report(node, fault);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

export function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

type Rule = (node: ts.Node, source: ts.SourceFile, file: string) => string | undefined;

const rules: Rule[] = [
  longFunction,
  manyDependencies,
  ownClockOrChance,
  guardedImport,
  defaultExport,
  vagueName,
  unexplainedCast,
  unscopedStatement,
];

function longFunction(node: ts.Node, source: ts.SourceFile): string | undefined {
  if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return undefined;
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const lines = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
  return lines > FUNCTION_LINES_MAX
    ? `a function of ${lines} lines, at most ${FUNCTION_LINES_MAX}`
    : undefined;
}

function manyDependencies(node: ts.Node): string | undefined {
  if (!ts.isConstructorDeclaration(node)) return undefined;
  const { length } = node.parameters;
  return length > CONSTRUCTOR_DEPENDENCIES_MAX
    ? `${length} constructor dependencies, at most ${CONSTRUCTOR_DEPENDENCIES_MAX}`
    : undefined;
}

function ownClockOrChance(node: ts.Node, _source: ts.SourceFile, file: string): string | undefined {
  if (OWN_CLOCK.test(file)) return undefined;
  const isNow =
    (ts.isNewExpression(node) &&
      node.expression.getText() === 'Date' &&
      (node.arguments?.length ?? 0) === 0) ||
    (ts.isCallExpression(node) && node.expression.getText() === 'Date') ||
    (ts.isPropertyAccessExpression(node) && /^(globalThis\.)?Date\.now$/.test(node.getText()));
  if (isNow) return 'asks the time: use Clock';
  const isChance =
    ts.isPropertyAccessExpression(node) && /^(Math\.random|crypto\.randomUUID)$/.test(node.getText());
  return isChance ? 'asks for chance: use Ids' : undefined;
}

function guardedImport(node: ts.Node, _source: ts.SourceFile, file: string): string | undefined {
  if (!ts.isImportSpecifier(node)) return undefined;
  const name = (node.propertyName ?? node.name).text;
  const guard = Object.hasOwn(GUARDED_IMPORTS, name) ? GUARDED_IMPORTS[name] : undefined;
  return guard && !guard.allowed.test(file) ? `imports ${name}: use ${guard.instead}` : undefined;
}

function defaultExport(node: ts.Node): string | undefined {
  const isDefault =
    ts.isExportAssignment(node) || (ts.isModifier(node) && node.kind === ts.SyntaxKind.DefaultKeyword);
  return isDefault ? 'a default export has no name to search for' : undefined;
}

function vagueName(node: ts.Node): string | undefined {
  const isDeclared =
    ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
  const name = isDeclared ? (node.name?.text ?? '') : '';
  return VAGUE_NAME.test(name) ? `${name} says nothing: name what it does` : undefined;
}

/** Brands of ids, `as const`, and types that promise nothing: all their members may be missing. */
const HARMLESS_CAST = /^(const|unknown|\w+Id|Partial<.*>|\{( ?\w+\?: unknown;?)+ ?\})( \| undefined)?$/;

/** `any`, `!` and casts turn the compiler off; a comment on the line or above it says why that is right. */
function unexplainedCast(node: ts.Node, source: ts.SourceFile): string | undefined {
  const isCast =
    node.kind === ts.SyntaxKind.AnyKeyword ||
    ts.isNonNullExpression(node) ||
    (ts.isAsExpression(node) && !HARMLESS_CAST.test(node.type.getText().replaceAll(/\s+/g, ' ')));
  if (!isCast) return undefined;
  const lines = source.text.split('\n');
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const statement = lineOf(statementOf(node).getStart());
  const around = [
    ...lines.slice(statement, lineOf(node.getEnd()) + 1),
    ...statementsAround(node).flatMap((outer) => commentAbove(lines, lineOf(outer.getStart()))),
  ];
  return around.some((line) => /\breasons?\b/i.test(line) && /\/\/|\*/.test(line))
    ? undefined
    : `${ts.isNonNullExpression(node) ? '!' : ts.isAsExpression(node) ? 'a cast' : 'any'} without "reason: …" beside it`;
}

function statementOf(node: ts.Node): ts.Node {
  return statementsAround(node)[0] ?? node;
}

/** From the inside out, up to the function: one reason may stand above a whole `switch`. */
function statementsAround(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  for (let current = node; current.parent && !ts.isFunctionLike(current); current = current.parent) {
    if ((ts.isStatement(current) && !ts.isBlock(current)) || ts.isClassElement(current)) found.push(current);
  }
  return found;
}

function commentAbove(lines: readonly string[], from: number): string[] {
  const comments: string[] = [];
  for (let at = from - 1; at >= 0 && /^\s*(\/\/|\/?\*|\*\/)/.test(lines[at] ?? ''); at--)
    comments.push(lines[at] ?? '');
  return comments;
}

const TABLE =
  /\b(?:from|join|into|update|using)\s+((?:platform|wecom|staff|customers|segments|group_chats|loyalty)\.\w+)\b(?!\()/gi;

/** Row-level security is the second wall; the first is that a statement names the corp once for each table of tenants. */
function unscopedStatement(node: ts.Node): string | undefined {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return undefined;
  const sql = node.getText();
  const tables = [...sql.matchAll(TABLE)].map(([, table = '']) => table);
  const tenants = tables.filter((table) => !Object.hasOwn(tenantlessTables, table));
  return (sql.match(/\bcorp_id\b/g)?.length ?? 0) < tenants.length
    ? `a statement on ${tenants.join(', ')} that does not name the corp`
    : undefined;
}
