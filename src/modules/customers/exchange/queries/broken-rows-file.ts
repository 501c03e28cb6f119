import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { Import } from '../domain/import.js';
import type { BrokenRow } from '../domain/row-problems.js';
import { BYTE_ORDER_MARK, csvText } from '../formats/csv-text.js';
import { unguard } from '../domain/formula-guard.js';
import { type ProblemLanguage, problemText } from '../formats/problem-text.js';
import type { SheetRow } from '../formats/sheet.js';
import { ImportStore } from '../persistence/import-store.js';
import { UploadedRows } from './uploaded-rows.js';

const PAGE = 1_000;
/** Behind the columns of the file. An import leaves it alone, as nobody maps it. */
const ERROR_COLUMN: Readonly<Record<ProblemLanguage, string>> = { zh: '错误', en: 'error' };

/**
 * The rows that were not imported, as the file had them, with what is wrong behind: a CSV that can be corrected and sent
 * again with the same mapping. Read from the uploaded file again, so that nobody's data lie in two places.
 */
@Injectable()
export class BrokenRowsFile {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ImportStore,
    private readonly uploaded: UploadedRows,
  ) {}

  /** @throws customers.import_file_gone before the first piece */
  async open(corpId: CorpId, job: Import, language: ProblemLanguage): Promise<AsyncGenerator<string>> {
    const { header, rows } = await this.uploaded.open(corpId, job);
    return this.texts(corpId, job, { header, rows, language });
  }

  private async *texts(
    corpId: CorpId,
    job: Import,
    {
      header,
      rows,
      language,
    }: { header: readonly string[]; rows: AsyncGenerator<SheetRow>; language: ProblemLanguage },
  ): AsyncGenerator<string> {
    yield BYTE_ORDER_MARK + csvText([[...header.map(unguard), ERROR_COLUMN[language]]]);
    const broken = this.broken(corpId, job.id);
    try {
      let next = await broken.next();
      for await (const row of rows) {
        if (next.done) return;
        if (row.number !== next.value.number) continue;
        yield csvText([[...cellsOf(row, header.length), errorOf(next.value, language)]]);
        next = await broken.next();
      }
    } finally {
      await broken.return(undefined);
    }
  }

  private async *broken(corpId: CorpId, importId: string): AsyncGenerator<BrokenRow> {
    for (let after = 0; ;) {
      const page = await this.unit.read(corpId, () => this.store.listBroken(importId, after, PAGE));
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.number;
    }
  }
}

/** Cells beyond the header have no column to be sent again in. */
function cellsOf({ cells }: SheetRow, width: number): string[] {
  return Array.from({ length: width }, (_, place) => unguard(cells[place] ?? ''));
}

function errorOf({ problems }: BrokenRow, language: ProblemLanguage): string {
  return problems.map((problem) => problemText(problem, language)).join(language === 'zh' ? '；' : '; ');
}
