import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { CodeFile } from '../domain/code-file.js';

const COLUMNS = `id, batch_id AS "batchId", name, wanted, channel, bind_until AS "bindUntil", state, made,
  operation_id AS "operationId", error_code AS "errorCode", created_at AS "createdAt", finished_at AS "finishedAt",
  handed_out_at AS "handedOutAt", handed_out_to AS "handedOutTo"`;

export type NewCodeFile = Pick<CodeFile, 'batchId' | 'name' | 'wanted' | 'channel' | 'bindUntil'>;

export interface FiledCoupon {
  readonly id: string;
  readonly codeCipher: Buffer;
}

/** Files of codes. Inside an open unit of work. */
@Injectable()
export class CodeFileStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert(
    { batchId, name, wanted, channel, bindUntil }: NewCodeFile,
    { owner, operationId }: { owner: string; operationId: string },
  ): Promise<CodeFile> {
    return this.database.one<CodeFile>(
      `INSERT INTO coupons.code_files (corp_id, id, batch_id, name, wanted, channel, bind_until, state, made, operation_id, owner,
              created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'making', 0, $8, $9, $10) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        batchId,
        name,
        wanted,
        channel,
        bindUntil,
        operationId,
        owner,
        this.clock.now(),
      ],
    );
  }

  find(id: string): Promise<CodeFile | undefined> {
    return this.database.maybeOne<CodeFile>(
      `SELECT ${COLUMNS} FROM coupons.code_files WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who work on the same file one waits. */
  lock(id: string): Promise<CodeFile | undefined> {
    return this.database.maybeOne<CodeFile>(
      `SELECT ${COLUMNS} FROM coupons.code_files WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  findByOperation(operationId: string): Promise<CodeFile | undefined> {
    return this.database.maybeOne<CodeFile>(
      `SELECT ${COLUMNS} FROM coupons.code_files WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId],
    );
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<CodeFile[]> {
    return this.database.query<CodeFile>(
      `SELECT ${COLUMNS} FROM coupons.code_files
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  async advance(id: string, made: number): Promise<void> {
    await this.database.execute('UPDATE coupons.code_files SET made = $3 WHERE corp_id = $1 AND id = $2', [
      this.database.corpId,
      id,
      made,
    ]);
  }

  /** @returns false when it was finished before. */
  async finish(id: string, errorCode: string | null): Promise<boolean> {
    const touched = await this.database.execute(
      `UPDATE coupons.code_files SET state = 'ready', error_code = $3, finished_at = $4
        WHERE corp_id = $1 AND id = $2 AND state = 'making'`,
      [this.database.corpId, id, errorCode, this.clock.now()],
    );
    return touched > 0;
  }

  /** Of two who take it one gets it. @returns undefined: it is not there to be taken (any more) */
  handOut(id: string, owner: string): Promise<CodeFile | undefined> {
    return this.database.maybeOne<CodeFile>(
      `UPDATE coupons.code_files SET state = 'handed_out', handed_out_at = $3, handed_out_to = $4
        WHERE corp_id = $1 AND id = $2 AND state = 'ready' RETURNING ${COLUMNS}`,
      [this.database.corpId, id, this.clock.now(), owner],
    );
  }

  /** Those that somebody can still be the first to use, along coupons_code_file_idx. */
  couponsOf(id: string, after: string | undefined, limit: number): Promise<FiledCoupon[]> {
    return this.database.query<FiledCoupon>(
      `SELECT id, code_cipher AS "codeCipher" FROM coupons.coupons
        WHERE corp_id = $1 AND source = 'code_file' AND source_id = $2 AND ($3::uuid IS NULL OR id > $3)
          AND state = 'claimable' AND valid_until > clock_timestamp()
        ORDER BY id LIMIT $4`,
      [this.database.corpId, id, after ?? null, limit],
    );
  }
}
