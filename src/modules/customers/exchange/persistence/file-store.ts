import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { type DataKey, DataKeys } from '../../../../platform/crypto/data-keys.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { ByteSource } from '../formats/byte-source.js';

const PLACE = { table: 'customers.exchange_files', column: 'key_sealed' } as const;
registerEncryptedColumn({ ...PLACE, rowId: 'id' });

export interface StoredPart {
  readonly number: number;
  readonly byteCount: number;
}

/** Files in parts, in the database, where every process reaches them. Inside an open unit of work, unless said. */
@Injectable()
export class FileStore {
  constructor(
    private readonly database: Database,
    private readonly unit: UnitOfWork,
    private readonly dataKeys: DataKeys,
  ) {}

  async create(id: string, expiresAt: Date): Promise<void> {
    const { corpId } = this.database;
    await this.database.execute(
      'INSERT INTO customers.exchange_files (corp_id, id, key_sealed, expires_at) VALUES ($1, $2, $3, $4)',
      [corpId, id, this.dataKeys.create({ ...PLACE, corpId, rowId: id }), expiresAt],
    );
  }

  /** @returns false when there is a part of this number already, which stays. */
  async add(id: string, number: number, bytes: Buffer): Promise<boolean> {
    const key = await this.keyOf(id);
    if (!key) throw new Error('the file is gone');
    const added = await this.database.execute(
      `INSERT INTO customers.exchange_file_parts (corp_id, file_id, number, byte_count, bytes)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, number, bytes.length, key.seal(bytes, String(number))],
    );
    return added > 0;
  }

  async exists(id: string): Promise<boolean> {
    return (await this.keyOf(id)) !== undefined;
  }

  listParts(id: string): Promise<StoredPart[]> {
    return this.database.query<StoredPart>(
      `SELECT number, byte_count AS "byteCount" FROM customers.exchange_file_parts
        WHERE corp_id = $1 AND file_id = $2 ORDER BY number`,
      [this.database.corpId, id],
    );
  }

  async readPart(id: string, number: number): Promise<Buffer | undefined> {
    const key = await this.keyOf(id);
    return key && this.partOf(id, number, key);
  }

  /** With its parts. */
  async remove(id: string): Promise<void> {
    await this.database.execute('DELETE FROM customers.exchange_files WHERE corp_id = $1 AND id = $2', [
      this.database.corpId,
      id,
    ]);
  }

  /** @returns how many were removed; call again while it is as many as `limit`. */
  async removeExpired(now: Date, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM customers.exchange_files WHERE corp_id = $1 AND id IN (
         SELECT id FROM customers.exchange_files WHERE corp_id = $1 AND expires_at < $2
          ORDER BY expires_at LIMIT $3)`,
      [this.database.corpId, now, limit],
    );
  }

  /**
   * The whole file, one part in memory at a time, in units of work of its own unless one is open.
   * @returns undefined when it was removed.
   */
  async open(corpId: CorpId, id: string): Promise<ByteSource | undefined> {
    const opened = await this.unit.read(corpId, async () => ({
      key: await this.keyOf(id),
      parts: await this.listParts(id),
    }));
    const { key, parts } = opened;
    if (!key) return undefined;
    const read = (number: number) => this.unit.read(corpId, () => this.partOf(id, number, key));
    return new PartedFile(parts, read);
  }

  private async keyOf(id: string): Promise<DataKey | undefined> {
    const { corpId } = this.database;
    const row = await this.database.maybeOne<{ sealed: string }>(
      'SELECT key_sealed AS sealed FROM customers.exchange_files WHERE corp_id = $1 AND id = $2',
      [corpId, id],
    );
    return row && this.dataKeys.open(row.sealed, { ...PLACE, corpId, rowId: id });
  }

  private async partOf(id: string, number: number, key: DataKey): Promise<Buffer | undefined> {
    const row = await this.database.maybeOne<{ bytes: Buffer }>(
      'SELECT bytes FROM customers.exchange_file_parts WHERE corp_id = $1 AND file_id = $2 AND number = $3',
      [this.database.corpId, id, number],
    );
    return row && key.open(row.bytes, String(number));
  }
}

class PartedFile implements ByteSource {
  readonly byteCount: number;
  private readonly starts: { readonly number: number; readonly start: number; readonly end: number }[] = [];
  /** Readers go forward, and a ZIP's look back at the directory is done by then. */
  private last: { number: number; bytes: Promise<Buffer | undefined> } | undefined;

  constructor(
    parts: readonly StoredPart[],
    private readonly readPart: (number: number) => Promise<Buffer | undefined>,
  ) {
    let start = 0;
    for (const { number, byteCount } of parts) {
      this.starts.push({ number, start, end: start + byteCount });
      start += byteCount;
    }
    this.byteCount = start;
  }

  async read(start: number, end: number): Promise<Buffer> {
    const part = this.starts.find((one) => start >= one.start && start < one.end);
    if (!part) throw new Error('read past the end of a file');
    if (this.last?.number !== part.number)
      this.last = { number: part.number, bytes: this.readPart(part.number) };
    const bytes = await this.last.bytes;
    if (!bytes) throw new Error('the file was removed while it was read');
    return bytes.subarray(start - part.start, Math.min(end, part.end) - part.start);
  }
}
