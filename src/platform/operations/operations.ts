import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Ids } from '../clock/ids.js';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import {
  type Operation,
  OPERATION_ID_PREFIX,
  type OperationId,
  type OperationQuestion,
  type OperationState,
} from './operation.js';
import { OPERATION_COLUMNS, type OperationRecord, toOperation } from './operation-record.js';
import { toPublicId } from '../context/typed-id.js';
import { operationsErrors } from './operations.errors.js';

const START_TRIES_MAX = 3;

/**
 * Long work that people watch over `/v1/operations`. At most one operation of a kind is open for a corp at a time, but
 * for those that are begun alongside others.
 * All methods need an open unit of work of the corp; each change of state is one guarded statement.
 */
@Injectable()
export class Operations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Opens an operation in state `queued`. @throws operations.already_running with the open one's `operationId`. */
  async start(kind: string, total?: number): Promise<OperationId> {
    for (let tries = 0; tries < START_TRIES_MAX; tries++) {
      const created = await this.insert(kind, total);
      if (created) return created;
      const open = await this.findOpen(kind);
      if (open)
        throw operationsErrors.already_running({ kind, operationId: toPublicId(OPERATION_ID_PREFIX, open) });
      // the one in the way ended between the two statements
    }
    throw new Error(`operation ${kind} could not be started`);
  }

  /**
   * Counts never go back. The first report turns `queued` into `running`.
   * @throws operations.state_conflict when the operation was cancelled, has ended or waits for an answer: stop working.
   */
  async progress(id: OperationId, progress: { done: number; total?: number }): Promise<void> {
    await this.move(
      id,
      ['queued', 'running'],
      `state = 'running', done = greatest(done, $4), total = coalesce($5, total)`,
      [progress.done, progress.total ?? null],
    );
  }

  async succeed(id: OperationId, result: object): Promise<void> {
    await this.move(id, ['queued', 'running'], `state = 'succeeded', result = $4, finished_at = $3`, [
      result,
    ]);
  }

  /**
   * @param code an error code of a catalogue.
   * @param detail shown to the caller: codes, ids and counts, no personal data.
   */
  async fail(id: OperationId, code: string, detail?: string): Promise<void> {
    await this.move(
      id,
      ['queued', 'running', 'awaiting_confirmation'],
      `state = 'failed', error_code = $4, error_detail = $5, finished_at = $3`,
      [code, detail ?? null],
    );
  }

  /** Stops and asks: goes on when a person confirms, see `OperationConfirmations`. */
  async awaitConfirmation(id: OperationId, question: OperationQuestion): Promise<void> {
    await this.move(id, ['queued', 'running'], `state = 'awaiting_confirmation', question = $4`, [question]);
  }

  /** The answer yes; the question stays for the record. */
  async confirm(id: OperationId): Promise<Operation> {
    return this.move(id, ['awaiting_confirmation'], `state = 'running'`, []);
  }

  async cancel(id: OperationId): Promise<Operation> {
    return this.move(
      id,
      ['queued', 'running', 'awaiting_confirmation'],
      `state = 'cancelled', finished_at = $3`,
      [],
    );
  }

  /** @throws operations.not_found */
  async get(id: OperationId): Promise<Operation> {
    const record = await this.database.maybeOne<OperationRecord>(
      `SELECT ${OPERATION_COLUMNS} FROM platform.operations WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
    if (!record) throw operationsErrors.not_found();
    return toOperation(record);
  }

  /** True while an operation of this kind is open, also while it waits for an answer. */
  async isRunning(kind: string): Promise<boolean> {
    return (await this.findOpen(kind)) !== undefined;
  }

  /** Opens one however many of its kind are open. */
  async startAlongside(kind: string, total?: number): Promise<OperationId> {
    const created = await this.insert(kind, total, true);
    if (!created) throw new Error(`operation ${kind} could not be started`);
    return created;
  }

  private async insert(
    kind: string,
    total: number | undefined,
    alongside = false,
  ): Promise<OperationId | undefined> {
    const row = await this.database.maybeOne<{ id: OperationId }>(
      `INSERT INTO platform.operations (corp_id, id, kind, state, done, total, started_at, updated_at, alongside)
       VALUES ($1, $2, $3, 'queued', 0, $4, $5, $5, $6)
       ON CONFLICT (corp_id, kind) WHERE finished_at IS NULL AND NOT alongside DO NOTHING RETURNING id`,
      [this.database.corpId, this.ids.next(), kind, total ?? null, this.clock.now(), alongside],
    );
    return row?.id;
  }

  private async findOpen(kind: string): Promise<OperationId | undefined> {
    const row = await this.database.maybeOne<{ id: OperationId }>(
      `SELECT id FROM platform.operations
        WHERE corp_id = $1 AND kind = $2 AND finished_at IS NULL ORDER BY id LIMIT 1`,
      [this.database.corpId as CorpId, kind],
    );
    return row?.id;
  }

  /** One guarded UPDATE: of two callers that change the same state, one wins and the other is told. */
  private async move(
    id: OperationId,
    from: readonly OperationState[],
    assignments: string,
    values: readonly unknown[],
  ): Promise<Operation> {
    const states = from.map((state) => `'${state}'`).join(', ');
    const record = await this.database.maybeOne<OperationRecord>(
      `UPDATE platform.operations SET updated_at = greatest(updated_at, $3::timestamptz), ${assignments}
        WHERE corp_id = $1 AND id = $2 AND state IN (${states}) RETURNING ${OPERATION_COLUMNS}`,
      [this.database.corpId, id, this.clock.now(), ...values],
    );
    if (record) return toOperation(record);
    const { state } = await this.get(id);
    throw operationsErrors.state_conflict({ state });
  }
}
