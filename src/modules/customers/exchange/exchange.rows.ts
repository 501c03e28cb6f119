import { ExchangeFilePartRow, ExchangeFileRow } from './persistence/exchange-file.row.js';
import { ExportRow } from './persistence/export.row.js';
import { ImportBrokenRowRow, ImportDryKeyRow, ImportRow } from './persistence/import.rows.js';

export const exchangeRows = [
  ExchangeFileRow,
  ExchangeFilePartRow,
  ImportRow,
  ImportBrokenRowRow,
  ImportDryKeyRow,
  ExportRow,
];
