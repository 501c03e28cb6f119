import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Audience, MemberOutcome } from '../domain/audience.js';
import type { MembersStatement } from '../domain/member-source.js';

/** No id is smaller. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface RefusedMember {
  readonly customerId: string;
  /** Coupons of this audience that he has all the same. */
  readonly issued: number;
  readonly code: string;
}

/** Who is in an audience, along the primary key, and who did not get his coupons. Inside an open unit of work. */
@Injectable()
export class MemberStore {
  constructor(private readonly database: Database) {}

  /** @returns those who were not in it. */
  async add(audienceId: string, customerIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `INSERT INTO coupons.audience_members (corp_id, audience_id, customer_id)
       SELECT $1, $2, id FROM unnest($3::uuid[]) AS id ON CONFLICT DO NOTHING RETURNING customer_id AS id`,
      [this.database.corpId, audienceId, customerIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Sorted, so that the index grows at its end. @returns how many they are. */
  addAll(audienceId: string, { text, params }: MembersStatement): Promise<number> {
    const corp = `$${params.length + 1}`;
    const audience = `$${params.length + 2}`;
    return this.database.execute(
      `INSERT INTO coupons.audience_members (corp_id, audience_id, customer_id)
       SELECT ${corp}::uuid, ${audience}::uuid, f.id FROM (${text}) f ORDER BY f.id`,
      [...params, this.database.corpId, audienceId],
    );
  }

  /** Those whom the present run has still to do. */
  async after({ id, onlyRefused }: Audience, cursor: string | null, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT customer_id AS id FROM coupons.audience_members
        WHERE corp_id = $1 AND audience_id = $2 AND customer_id > $3
          ${onlyRefused ? 'AND refusal IS NOT NULL' : ''} ORDER BY customer_id LIMIT $4`,
      [this.database.corpId, id, cursor ?? BEFORE_ALL, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Which of these customers are in the audience. */
  async among(audienceId: string, customerIds: readonly string[]): Promise<Set<string>> {
    if (customerIds.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      `SELECT customer_id AS id FROM coupons.audience_members
        WHERE corp_id = $1 AND audience_id = $2 AND customer_id = ANY($3::uuid[])`,
      [this.database.corpId, audienceId, customerIds],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Of whoever got all of his there is nothing to write down. */
  async note({ id, onlyRefused }: Audience, outcomes: readonly MemberOutcome[]): Promise<void> {
    const told = onlyRefused ? outcomes : outcomes.filter(({ refusal }) => refusal !== null);
    if (told.length === 0) return;
    await this.database.execute(
      `UPDATE coupons.audience_members m SET issued = o.issued, refusal = o.refusal
         FROM unnest($3::uuid[], $4::int[], $5::text[]) AS o(customer_id, issued, refusal)
        WHERE m.corp_id = $1 AND m.audience_id = $2 AND m.customer_id = o.customer_id`,
      [
        this.database.corpId,
        id,
        told.map(({ customerId }) => customerId),
        told.map(({ issued }) => issued),
        told.map(({ refusal }) => refusal),
      ],
    );
  }

  listRefused(
    audienceId: string,
    after: { customerId: string } | undefined,
    limit: number,
  ): Promise<RefusedMember[]> {
    return this.database.query<RefusedMember>(
      `SELECT customer_id AS "customerId", issued, refusal AS code FROM coupons.audience_members
        WHERE corp_id = $1 AND audience_id = $2 AND refusal IS NOT NULL AND ($3::uuid IS NULL OR customer_id > $3)
        ORDER BY customer_id LIMIT $4`,
      [this.database.corpId, audienceId, after?.customerId ?? null, limit],
    );
  }
}
