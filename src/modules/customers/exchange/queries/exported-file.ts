import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { Export } from '../domain/export.js';
import { exchangeErrors } from '../exchange.errors.js';
import { bytesOf } from '../formats/byte-source.js';
import { ExportStore } from '../persistence/export-store.js';
import { FileStore } from '../persistence/file-store.js';
import { ExportChecks } from '../use-cases/export-checks.js';

/** Some bytes of a finished export, from `start` up to, not including, `end`. */
export interface ExportedBytes {
  readonly found: Export;
  readonly start: number;
  readonly end: number;
  readonly byteCount: number;
  readonly stream: Readable;
}

/** The file of an export, one part in memory at a time, in units of work of its own. */
@Injectable()
export class ExportedFile {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ExportStore,
    private readonly files: FileStore,
    private readonly checks: ExportChecks,
  ) {}

  /**
   * @param range of the header of this name; one that is not understood or lies outside means the whole file (RFC 9110 14.2)
   * @throws customers.export_not_found, reveal_scope_missing, export_not_ready, export_file_gone
   */
  async open(
    { corpId, scopes }: AuthenticatedKey,
    id: string,
    range: string | undefined,
  ): Promise<ExportedBytes> {
    const found = corpId && (await this.unit.read(corpId, () => this.store.find(id)));
    if (!corpId || !found) throw exchangeErrors.export_not_found();
    if (found.revealed && !scopes.includes(REVEAL_SCOPE)) throw exchangeErrors.reveal_scope_missing();
    if (found.state !== 'done') throw exchangeErrors.export_not_ready({ state: found.state });
    const source = await this.files.open(corpId, id);
    if (!source) throw exchangeErrors.export_file_gone();
    if (found.revealed)
      await this.unit.run(corpId, () => this.checks.noteReveal(id, 'customers.download_revealed_export'));
    const { byteCount } = source;
    const { start, end } = rangeOf(range, byteCount);
    return {
      found,
      start,
      end,
      byteCount,
      stream: Readable.from(bytesOf(source, start, end), { objectMode: false }),
    };
  }
}

function rangeOf(range: string | undefined, byteCount: number): { start: number; end: number } {
  const [, first = '', last = ''] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  const start = Number(first);
  const end = last === '' ? byteCount : Math.min(Number(last) + 1, byteCount);
  return first === '' || start >= end ? { start: 0, end: byteCount } : { start, end };
}
