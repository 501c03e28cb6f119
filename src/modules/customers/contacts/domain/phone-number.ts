const COUNTRY_CODE_CHINA = '86';
const MAINLAND_MOBILE = /^1\d{10}$/;
const HEAD_SHOWN = 3;
const TAIL_SHOWN = 4;
const TAIL_SHOWN_SHORT = 2;

/** The digits alone, a mainland mobile without its country code: the same for `+86 138 0000 1234` and `13800001234`. */
export function normalisePhone(text: string): string {
  const digits = text.normalize('NFKC').replace(/\D/g, '').replace(/^00/, '');
  const national = digits.startsWith(COUNTRY_CODE_CHINA) ? digits.slice(COUNTRY_CODE_CHINA.length) : digits;
  return MAINLAND_MOBILE.test(national) ? national : digits;
}

/** `138****1234`; a number too short for that shows its last two digits, one of four digits or fewer none. */
export function maskPhone(text: string): string {
  const digits = normalisePhone(text);
  if (digits.length > HEAD_SHOWN + TAIL_SHOWN) {
    return `${digits.slice(0, HEAD_SHOWN)}****${digits.slice(-TAIL_SHOWN)}`;
  }
  return digits.length > TAIL_SHOWN ? `****${digits.slice(-TAIL_SHOWN_SHORT)}` : '****';
}
