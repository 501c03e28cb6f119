import { guardedText, type WrittenCell } from './written-cell.js';

/** Without it Excel reads UTF-8 as the encoding of the country. */
export const BYTE_ORDER_MARK = '\uFEFF';
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** Rows as RFC 4180 has them, neutralised against formulas. */
export function csvText(rows: readonly (readonly WrittenCell[])[]): string {
  return rows.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: WrittenCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = guardedText(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
