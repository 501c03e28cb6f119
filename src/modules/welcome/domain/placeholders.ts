/**
 * What a welcome text may name, in both languages. What is not known when the text is sent is replaced by the fallback,
 * which an author may give: `{客户昵称|朋友}`. A brace that shall stay one is written twice.
 */
const PLACEHOLDERS = {
  customer: { names: ['客户昵称', 'customer_name'], fallbacks: ['您', 'there'] },
  staff: { names: ['员工姓名', 'staff_name'], fallbacks: ['您的专属顾问', 'your advisor'] },
  department: { names: ['部门名称', 'department_name'], fallbacks: ['我们', 'us'] },
} as const;

export type PlaceholderKind = keyof typeof PLACEHOLDERS;
export type PlaceholderValues = Readonly<Partial<Record<PlaceholderKind, string | null>>>;

export const PLACEHOLDER_NAMES: readonly string[] = Object.values(PLACEHOLDERS).flatMap(({ names }) => names);

/** Longer values are cut: the nickname of a customer must not make a text too long for WeCom. 32 Chinese characters. */
export const VALUE_BYTES_MAX = 96;
const TOKEN = /\{\{|\}\}|\{[^{}]*\}/g;

interface Placeholder {
  readonly kind: PlaceholderKind;
  readonly fallback: string;
}

/** The first placeholder that does not exist, as it was written; undefined when all do. */
export function findUnknownPlaceholder(text: string): string | undefined {
  return tokensOf(text).find((token) => !isBrace(token) && !placeholderOf(token));
}

export function asksFor(text: string, kind: PlaceholderKind): boolean {
  return tokensOf(text).some((token) => placeholderOf(token)?.kind === kind);
}

/** In UTF-8, with every placeholder as long as it may become. */
export function longestBytes(text: string): number {
  const longest = text.replace(TOKEN, (token) => {
    if (isBrace(token)) return token.slice(0, 1);
    return 'x'.repeat(Math.max(VALUE_BYTES_MAX, Buffer.byteLength(placeholderOf(token)?.fallback ?? '')));
  });
  return Buffer.byteLength(longest);
}

export function fillIn(text: string, values: PlaceholderValues): string {
  return text.replace(TOKEN, (token) => {
    if (isBrace(token)) return token.slice(0, 1);
    const placeholder = placeholderOf(token);
    if (!placeholder) return token;
    return fittedValue(values[placeholder.kind]) || placeholder.fallback;
  });
}

function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

function isBrace(token: string): boolean {
  return token === '{{' || token === '}}';
}

function placeholderOf(token: string): Placeholder | undefined {
  const [name = '', ...rest] = token.slice(1, -1).split('|');
  // reason: Object.keys forgets the names that it lists
  for (const kind of Object.keys(PLACEHOLDERS) as PlaceholderKind[]) {
    const { names, fallbacks } = PLACEHOLDERS[kind];
    const language = names.findIndex((known) => known === name.trim());
    if (language >= 0) {
      return { kind, fallback: rest.length > 0 ? rest.join('|') : (fallbacks[language] ?? '') };
    }
  }
  return undefined;
}

/** Making one takes as long as filling in a text. */
const CHARACTERS = new Intl.Segmenter('zh');

/** On one line and cut between characters as a reader sees them. */
function fittedValue(value: string | null | undefined): string {
  let fitted = '';
  let bytes = 0;
  const oneLine = (value ?? '').replace(/\s+/gu, ' ').trim();
  for (const { segment } of CHARACTERS.segment(oneLine)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > VALUE_BYTES_MAX) return fitted;
    fitted += segment;
  }
  return fitted;
}
