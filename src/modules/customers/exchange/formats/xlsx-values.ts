/** Built-in formats that show a day or a time (ECMA-376 18.8.30), those of Chinese and Japanese Excel included. */
const TIME_FORMATS: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];
/** Texts in quotation marks, colours, conditions and escaped letters are not part of the pattern. */
const NOT_PATTERN = /"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|\*./gi;
const MS_PER_DAY = 86_400_000;

export function isTimeFormat(id: number, own: ReadonlyMap<number, string>): boolean {
  const pattern = own.get(id);
  if (pattern !== undefined) return /[ymdhs]/i.test(pattern.replace(NOT_PATTERN, '').split(';')[0] ?? '');
  return TIME_FORMATS.some(([from, to]) => id >= from && id <= to);
}

/**
 * Days since 1899-12-30 as a day or a day with its time, as the sheet shows it: a workbook knows no time zone. Excel
 * counts a 29 February 1900 that never was, so days before March 1900 are one off there, too.
 */
export function isoOfSerial(serial: number, since1904: boolean): string | undefined {
  const epoch = since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const at = new Date(epoch + Math.round(serial * MS_PER_DAY));
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) return undefined;
  const iso = at.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** Phone numbers lie in sheets as numbers, large ones as 1.38E10. */
export function textOfNumber(number: number): string {
  const text = String(Number.isInteger(number) ? number : Number(number.toPrecision(15))); // what Excel computes has noise behind
  return text.includes('e+') ? BigInt(number).toString() : text; // from 1e21 on there is no fraction
}

/** Letters that XML cannot hold are written by their code; so is what would be read as such a code. ECMA-376 22.9.2.19 */
const UNWRITABLE = /(?![\t\n])[\p{Cc}\uFFFE\uFFFF]|_(?=x[0-9A-Fa-f]{4}_)/gu;
const CODED = /_x([0-9A-Fa-f]{4})_/g;

export function codedText(text: string): string {
  return text.replace(
    UNWRITABLE,
    (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}

export function decodedText(text: string): string {
  return text.includes('_x')
    ? text.replace(CODED, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
}
