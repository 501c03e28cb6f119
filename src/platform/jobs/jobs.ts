import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import type { JobDefinition } from './job.js';

const PAYLOAD_BYTES_MAX = 32_768;
/** A running job whose place another one has taken; with its id behind it, since keys are unique. */
const SUPERSEDED = 'superseded:';
/**
 * graphile-worker would park the running one by using up its attempts, and leave a parked one parked for ever, although
 * the new job does the work of both.
 */
const TAKE_KEY = `
  WITH parked AS (
    DELETE FROM graphile_worker._private_jobs WHERE key = $1 AND NOT is_available AND locked_at IS NULL
  )
  UPDATE graphile_worker._private_jobs SET key = '${SUPERSEDED}' || id WHERE key = $1 AND locked_at IS NOT NULL`;
/** From here on no worker takes the waiting one; one that a worker has just taken is seen as running. */
const HOLD_KEY = 'SELECT id FROM graphile_worker._private_jobs WHERE key = $1 FOR UPDATE';
/** How often a keyed job is offered again when a worker takes the waiting one in the same instant. */
const KEYED_TRIES_MAX = 5;

export interface JobOptions {
  /**
   * Coalesces within the job's name and corp: while a job with this key waits, another one only replaces its payload
   * (its time stays). One that already RUNS is left alone and a new one is added, since it may have read before this
   * change; should the running one then fail it is gone, and so is a parked one, as the new one takes its place.
   *
   * The waiting row stays locked until the unit of work ends, so units that enqueue the same key wait for each other.
   */
  readonly key?: string;
  readonly delayMs?: number;
  /** Jobs of one queue run one at a time. Not ordered: the next ones pass a job that failed. */
  readonly queue?: string;
  /** Smaller runs first; 0 when left out, and far below for a job of the fast lane. */
  readonly priority?: number;
}

export function isSupersededKey(key: string | null | undefined): boolean {
  return key?.startsWith(SUPERSEDED) ?? false;
}

/** Adds jobs inside the open unit of work: they exist when it commits, and never when it does not. */
@Injectable()
export class Jobs {
  constructor(private readonly database: Database) {}

  /** @throws when no unit of work is open, or when the payload is larger than 32 kB: it is for ids, not for bodies. */
  async enqueue<P extends { corpId?: CorpId }>(
    job: JobDefinition<P>,
    payload: P,
    options: JobOptions = {},
  ): Promise<void> {
    const json = JSON.stringify(payload);
    if (Buffer.byteLength(json) > PAYLOAD_BYTES_MAX) {
      throw new Error(`job ${job.name}: the payload exceeds ${PAYLOAD_BYTES_MAX} bytes; pass ids`);
    }
    const key = options.key === undefined ? null : `${job.name}:${payload.corpId ?? '-'}:${options.key}`;
    for (let tries = 0; tries < KEYED_TRIES_MAX; tries++) {
      if (key !== null) await this.takeKey(key);
      if (await this.add(job, json, key, options)) return;
    }
    throw new Error(`job ${job.name}: the key stayed busy`);
  }

  private async takeKey(key: string): Promise<void> {
    const held = await this.database.query(HOLD_KEY, [key]);
    if (held.length > 0) await this.database.execute(TAKE_KEY, [key]);
  }

  /**
   * `run_at` is the clock's time, not the transaction's start, because jobs are taken in its order.
   * @returns false when nothing was added: a worker locked the waiting job of this key between the two statements inside
   * `add_jobs`, so neither the old one was replaced nor a new one added, and the wake-up would be lost.
   */
  private async add(
    job: { name: string; attemptsMax: number; priority: number },
    json: string,
    key: string | null,
    options: JobOptions,
  ): Promise<boolean> {
    const { id } = await this.database.one<{ id: number | null }>(
      `SELECT id FROM graphile_worker.add_job($1, payload => $2::json, queue_name => $3,
         run_at => clock_timestamp() + $4::double precision * interval '1 millisecond', max_attempts => $5, job_key => $6,
         priority => $7, job_key_mode => 'preserve_run_at')`,
      [
        job.name,
        json,
        options.queue ?? null,
        options.delayMs ?? 0,
        job.attemptsMax,
        key,
        options.priority ?? job.priority,
      ],
    );
    return id !== null;
  }
}
