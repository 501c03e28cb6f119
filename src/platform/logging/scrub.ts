/**
 * The second wall behind the allow-list of fields: texts of errors and of libraries may carry what they were given.
 */
const RULES: readonly [RegExp, string][] = [
  [
    /([?&](?:access_token|corpsecret|code|auth_code|suite_access_token|msg_signature|echostr)=)[^&\s"']+/gi,
    '$1…',
  ],
  [/scrm_(op|corp)_[0-9A-Za-z_]+/g, 'scrm_$1_…'],
  [/(\w+:\/\/[^:/@\s]+:)[^@\s]+@/g, '$1…@'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 …'],
  [/(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)/g, '…'],
];
/** Secrets, tokens and AES keys are long runs that mix digits and both cases; ids, names and paths do not. */
const LONG_RUN = /[A-Za-z0-9+/_-]{32,}={0,2}/g;
const MIXED = [/\d/, /[a-z]/, /[A-Z]/];
const LENGTH_MAX = 500;

/** What no rule can match: most fields of a log line are short names out of our own code. */
const LONG_RUN_MIN = 32;
const SUSPICIOUS = /[=:@\s]|\d{11}|scrm_/i;

export function scrub(text: string): string {
  if (text.length < LONG_RUN_MIN && !SUSPICIOUS.test(text)) return text;
  const clean = RULES.reduce(
    (before, [pattern, by]) => before.replace(pattern, by),
    text.slice(0, 4 * LENGTH_MAX),
  );
  const hide = (run: string): string => (MIXED.every((pattern) => pattern.test(run)) ? '…' : run);
  return clean.replace(LONG_RUN, hide).slice(0, LENGTH_MAX);
}
