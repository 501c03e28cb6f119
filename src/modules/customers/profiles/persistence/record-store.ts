import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { BlacklistEntry, Consent } from '../domain/records.js';

const ENTRY = `id, customer_id AS "customerId", reason, placed_at AS "placedAt", placed_by AS "placedBy",
  lift_reason AS "liftReason", lifted_at AS "liftedAt", lifted_by AS "liftedBy"`;
const CONSENT = `id, customer_id AS "customerId", purpose, state, evidence, happened_at AS "happenedAt",
  recorded_at AS "recordedAt", recorded_by AS "recordedBy"`;

export interface CurrentRecords {
  /** Changes of all these customers together. */
  readonly version: number;
  readonly open: readonly BlacklistEntry[];
  /** One for each purpose: what holds. */
  readonly consents: readonly Consent[];
}

/** Along the primary key of profiles and the indexes by customer of the others. */
const CURRENT = {
  name: 'customers.current_records',
  text: `
  SELECT (SELECT coalesce(sum(version), 0) FROM customers.profiles
           WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])) AS version,
         (SELECT coalesce(json_agg(e ORDER BY e.id), '[]') FROM (
            SELECT ${ENTRY} FROM customers.blacklist_entries
             WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND lifted_at IS NULL) e) AS open,
         (SELECT coalesce(json_agg(c ORDER BY c.purpose), '[]') FROM (
            SELECT DISTINCT ON (purpose) ${CONSENT} FROM customers.consents
             WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])
             ORDER BY purpose, happened_at DESC, state DESC, id DESC) c) AS consents`,
};

/** Blacklist and consents. Inside an open unit of work. */
@Injectable()
export class RecordStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** What holds for these customers together. Times are texts here, as PostgreSQL writes them into JSON. */
  async current(customerIds: readonly string[]): Promise<CurrentRecords> {
    const { version, open, consents } = await this.database.one<CurrentRecords>(CURRENT, [
      this.database.corpId,
      customerIds,
    ]);
    return {
      version,
      open: open.map((entry) => ({ ...entry, placedAt: new Date(entry.placedAt) })),
      consents: consents.map((consent) => ({
        ...consent,
        happenedAt: new Date(consent.happenedAt),
        recordedAt: new Date(consent.recordedAt),
      })),
    };
  }

  /** @returns undefined when an entry is open. */
  place(customerId: string, reason: string, by: string): Promise<BlacklistEntry | undefined> {
    return this.database.maybeOne<BlacklistEntry>(
      `INSERT INTO customers.blacklist_entries (corp_id, id, customer_id, reason, placed_at, placed_by)
       VALUES ($1, $2, $3, $4, clock_timestamp(), $5)
       ON CONFLICT (corp_id, customer_id) WHERE lifted_at IS NULL DO NOTHING RETURNING ${ENTRY}`,
      [this.database.corpId, this.ids.next(), customerId, reason, by],
    );
  }

  /** @returns the entries that were open. */
  lift(customerIds: readonly string[], reason: string, by: string): Promise<BlacklistEntry[]> {
    return this.database.query<BlacklistEntry>(
      `UPDATE customers.blacklist_entries SET lift_reason = $3, lifted_at = clock_timestamp(), lifted_by = $4
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND lifted_at IS NULL RETURNING ${ENTRY}`,
      [this.database.corpId, customerIds, reason, by],
    );
  }

  /** A time to come counts as now: it would outlive every withdrawal until then. */
  addConsent(
    said: Pick<Consent, 'customerId' | 'purpose' | 'state' | 'evidence'> & { happenedAt?: Date | undefined },
    by: string,
  ): Promise<Consent> {
    return this.database.one<Consent>(
      `INSERT INTO customers.consents (corp_id, id, customer_id, purpose, state, evidence, happened_at, recorded_at, recorded_by)
       VALUES ($1, $2, $3, $4, $5, $6, least(coalesce($7, clock_timestamp()), clock_timestamp()), clock_timestamp(), $8) RETURNING ${CONSENT}`,
      [
        this.database.corpId,
        this.ids.next(),
        said.customerId,
        said.purpose,
        said.state,
        said.evidence,
        said.happenedAt ?? null,
        by,
      ],
    );
  }

  /** Newest first. */
  listEntries(
    customerIds: readonly string[],
    after: string | undefined,
    limit: number,
  ): Promise<BlacklistEntry[]> {
    return this.database.query<BlacklistEntry>(
      `SELECT ${ENTRY} FROM customers.blacklist_entries
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4`,
      [this.database.corpId, customerIds, after ?? null, limit],
    );
  }

  /** Newest first. */
  listConsents(customerIds: readonly string[], after: string | undefined, limit: number): Promise<Consent[]> {
    return this.database.query<Consent>(
      `SELECT ${CONSENT} FROM customers.consents
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4`,
      [this.database.corpId, customerIds, after ?? null, limit],
    );
  }
}
