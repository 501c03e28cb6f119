/**
 * A cell that begins with one of these is run as a formula by Excel, WPS or Google Sheets: an exported name could send the
 * sheet away. Full-width signs count, since Chinese input methods and some sheets turn them into the narrow ones.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const RUNS = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const GUARDED = /^'+[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** An apostrophe in front shows the text as text. A text that looks guarded gets one more, so that `unguard` is exact. */
export function guard(text: string): string {
  return RUNS.test(text) || GUARDED.test(text) ? `'${text}` : text;
}

/** What was exported, of what an export wrote; any other text as it is. */
export function unguard(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
