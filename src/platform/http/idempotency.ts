import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { httpErrors } from './http.errors.js';
import { Signatures } from './signatures.js';

const KEY = /^[\x21-\x7e]{1,255}$/;
const DAYS_KEPT = 7;
const DAY_MS = 86_400_000;
const PURGE_BATCH = 1_000;

export interface IdempotentCall {
  /** The owner of the API key, which stays the same when the key is rotated. */
  readonly owner: string;
  readonly key: string;
  /** Method, path and the body's hash: what a repetition must have in common with the first call. */
  readonly request: string;
}

export interface StoredAnswer {
  readonly status: number;
  /** JSON; absent for an answer without body. */
  readonly body?: string | undefined;
}

/**
 * Makes a repeated POST answer what the first one answered, without a second effect. The answer is stored in the
 * transaction of the effect, so there is never one without the other; a call that failed stores nothing and may be repeated.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly signatures: Signatures,
    private readonly clock: Clock,
  ) {}

  /** @throws `http.idempotency_key_required` */
  static keyOf(header: string | string[] | undefined): string {
    if (typeof header !== 'string' || !KEY.test(header)) throw httpErrors.idempotency_key_required();
    return header;
  }

  /**
   * Inside the unit of work of the call. Takes the key until the transaction ends.
   * @returns the answer of the first call, or undefined when this is the first.
   * @throws `http.idempotency_in_progress`, `http.idempotency_key_reused`, `http.idempotency_secret_not_kept`
   */
  async begin(call: IdempotentCall): Promise<StoredAnswer | undefined> {
    const { taken } = await this.database.one<{ taken: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
      [`idempotency:${call.owner}:${call.key}`],
    );
    if (!taken) throw httpErrors.idempotency_in_progress();
    const row = await this.database.maybeOne<{
      fingerprint: string;
      status: number;
      body: string | null;
      kept: boolean;
    }>(
      `SELECT fingerprint, status, body, body_kept AS kept FROM platform.idempotency_keys WHERE owner = $1 AND key = $2`,
      [call.owner, call.key],
    );
    if (!row) return undefined;
    if (!this.signatures.verify(signedText(call), row.fingerprint)) throw httpErrors.idempotency_key_reused();
    if (!row.kept) throw httpErrors.idempotency_secret_not_kept();
    return { status: row.status, body: row.body ?? undefined };
  }

  /** In the same unit of work, after the effect. The request itself is kept only as a keyed hash: it may be guessable. */
  async store(call: IdempotentCall, answer: StoredAnswer, options: { keepBody: boolean }): Promise<void> {
    await this.database.query(
      `INSERT INTO platform.idempotency_keys (owner, key, fingerprint, status, body, body_kept, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        call.owner,
        call.key,
        this.signatures.sign(signedText(call)),
        answer.status,
        options.keepBody ? (answer.body ?? null) : null,
        options.keepBody,
        this.clock.now(),
      ],
    );
  }

  /** Forgets some answers older than seven days. Inside a unit of work without a corp. @returns how many. */
  purgeBatch(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - DAYS_KEPT * DAY_MS);
    return this.database.execute(
      `DELETE FROM platform.idempotency_keys WHERE (owner, key) IN
        (SELECT owner, key FROM platform.idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
      [before, PURGE_BATCH],
    );
  }
}

function signedText(call: IdempotentCall): string {
  return `idempotency:${call.request}`;
}
