import type { FileFormat } from '../formats/sheet.js';
import type { Delimiter } from '../formats/csv-rows.js';
import type { TextEncoding } from '../formats/text-decoding.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import type { ImportMode } from './find-customers.js';
import type { ColumnMapping } from './mapping.js';

/** `checked`: a dry run went through the whole file. `running`: its operation tells how far. */
export const IMPORT_STATES = ['uploading', 'running', 'checked', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** Own choice: what a browser sends again without pain. */
export const PART_BYTES_MAX = 8 * 1024 * 1024;
/** 8 GiB. */
export const PARTS_MAX = 1_000;
/** Own choice: they lie in the database and in its backups. */
export const IMPORTS_KEPT_MAX = 50;
export const IMPORT_FILE_DAYS = 7;
/** The report stays longer than the file, which holds personal data. */
export const REPORT_DAYS = 90;

/** A file that is to be imported, and what became of it. */
export interface Import {
  readonly id: string;
  readonly name: string;
  readonly format: FileFormat;
  readonly state: ImportState;
  /** Of the key that made it. */
  readonly owner: string;
  readonly mode: ImportMode | null;
  readonly dryRun: boolean;
  readonly mapping: readonly ColumnMapping[] | null;
  readonly operationId: OperationId | null;
  readonly encoding: TextEncoding | null;
  readonly delimiter: Delimiter | null;
  /** Rows with content, without the header; null until the file was looked through. */
  readonly rowsTotal: number | null;
  /** Number of the last row that is done. */
  readonly cursor: number;
  readonly createdCount: number;
  readonly updatedCount: number;
  readonly brokenCount: number;
  readonly errorCode: string | null;
  /** Where the file cannot be read; null where no line can be told. */
  readonly errorLine: number | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** What one step of an import has done. */
export interface StepCounts {
  readonly created: number;
  readonly updated: number;
}
