/** Known from forms and examples; the first is the one that China Mobile printed on its cards. */
const EXAMPLES = ['13800138000', '13900139000', '13888888888', '12345678901', '13812345678', '18888888888'];
const LEAST_DIGITS_REPEATED = /(\d)\1{7}/;

/** A number that people type to get past a form: it leads to nobody. Takes a normalised number. */
export function isPlaceholderPhone(digits: string): boolean {
  return (
    EXAMPLES.includes(digits) || LEAST_DIGITS_REPEATED.test(digits) || '01234567890123456789'.includes(digits)
  );
}
