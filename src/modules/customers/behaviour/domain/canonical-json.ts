/** What JSON writes in another way than it reads. */
const ESCAPED = /["\\\p{Cc}\p{Surrogate}]/u;

/** JSON with its keys in order: two bodies that say the same have the same text, whoever wrote them. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // reason for the cast: an object that is no list has keys
  const fields = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(fields).sort()) {
    if (fields[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(fields[key])}`;
  }
  return `{${text}}`;
}

/** A call for each of ten thousand short texts would take longer than all else. */
function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
