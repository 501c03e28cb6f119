import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Operation, OperationState } from './operation.js';
import { OPERATION_COLUMNS, type OperationRecord, toOperation } from './operation-record.js';

@Injectable()
export class ListOperations {
  constructor(private readonly database: Database) {}

  /** Newest first along the primary key (ids are made in the order of time). */
  async list(
    filter: { kind?: string; state?: OperationState },
    after: { id: string } | undefined,
    limit: number,
  ): Promise<Operation[]> {
    const records = await this.database.query<OperationRecord>(
      `SELECT ${OPERATION_COLUMNS} FROM platform.operations
        WHERE corp_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3)
          AND ($4::uuid IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $5`,
      [this.database.corpId, filter.kind ?? null, filter.state ?? null, after?.id ?? null, limit],
    );
    return records.map(toOperation);
  }
}
