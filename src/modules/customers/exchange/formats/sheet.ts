import { defineErrors } from '../../../../platform/errors/app-error.js';

export const FILE_FORMATS = ['csv', 'xlsx'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** As wide as anybody maps by hand. */
export const COLUMNS_MAX = 500;
/** What one cell of Excel holds. */
export const CELL_LENGTH_MAX = 32_767;

/** One row of a file, of which the first is the header. */
export interface SheetRow {
  /** As Excel counts it: the header is 1, rows without content count. */
  readonly number: number;
  readonly cells: readonly string[];
  /** Places of cells whose content cannot be read: bytes of another encoding, an error of a formula. */
  readonly damaged?: readonly number[];
}

/** Why a whole file cannot be read. Nothing of it is imported. */
export const sheetErrors = defineErrors('customers', {
  import_file_empty: {
    kind: 'unprocessable',
    en: 'The file has no header row',
    zh: '文件没有表头行',
  },
  import_file_damaged: {
    kind: 'unprocessable',
    en: 'The file cannot be read as this format: it is damaged, cut off, protected by a password or another format',
    zh: '无法按该格式读取文件：文件损坏、不完整、有密码保护或格式不符',
  },
  import_quote_unclosed: {
    kind: 'unprocessable',
    en: 'A quotation mark opens and never closes: the row that opens it swallows the rest of the file',
    zh: '有未闭合的双引号：从该行起后面的内容都被并入同一个单元格',
  },
  import_file_too_large: {
    kind: 'unprocessable',
    en: 'Unpacked, the file, its texts or one of its rows exceed what is read: save it as CSV or split it',
    zh: '文件解压后的大小、文字总量或单行内容超出读取上限：请另存为 CSV 或拆分文件',
  },
  import_columns_too_many: {
    kind: 'unprocessable',
    en: 'The file has more than 500 columns',
    zh: '文件超过 500 列',
  },
});
