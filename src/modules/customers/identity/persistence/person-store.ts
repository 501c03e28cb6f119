import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Pair } from '../domain/facts.js';
import type { DoubtfulLink } from '../domain/partition.js';

/** Who is one person, as stored, and what humans decided of it. Inside an open unit of work. */
@Injectable()
export class PersonStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  async exist(customerIds: readonly string[]): Promise<boolean> {
    const asked = new Set(customerIds);
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM customers.customers WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
      [this.database.corpId, [...asked]],
    );
    return count === asked.size;
  }

  /** Persons of several customers that one of these belongs to, each sorted. */
  async personsOf(customerIds: readonly string[]): Promise<string[][]> {
    const rows = await this.database.query<{ customerIds: string[] }>(
      `SELECT array_agg(o.customer_id ORDER BY o.customer_id) AS "customerIds" FROM customers.person_links o
        WHERE o.corp_id = $1 AND o.person_id IN (
          SELECT l.person_id FROM customers.person_links l WHERE l.corp_id = $1 AND l.customer_id = ANY($2::uuid[]))
        GROUP BY o.person_id`,
      [this.database.corpId, customerIds],
    );
    return rows.map((row) => row.customerIds);
  }

  /** @param links customer and person; a customer without a person is alone from now on */
  async write(links: ReadonlyMap<string, string | undefined>): Promise<void> {
    const alone = [...links].filter(([, personId]) => personId === undefined).map(([id]) => id);
    const linked = [...links].flatMap(([id, personId]) => (personId === undefined ? [] : [{ id, personId }]));
    if (alone.length > 0) {
      await this.database.execute(
        `DELETE FROM customers.person_links WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])`,
        [this.database.corpId, alone],
      );
    }
    if (linked.length > 0) {
      await this.database.execute(
        `INSERT INTO customers.person_links (corp_id, customer_id, person_id)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[])
         ON CONFLICT (corp_id, customer_id) DO UPDATE SET person_id = excluded.person_id`,
        [this.database.corpId, linked.map(({ id }) => id), linked.map(({ personId }) => personId)],
      );
    }
  }

  /** The open cases among these customers are exactly these; one that stays open keeps its id. */
  async writeCases(customerIds: readonly string[], doubtful: readonly DoubtfulLink[]): Promise<void> {
    const { corpId } = this.database;
    const firsts = doubtful.map(({ customers }) => customers[0]);
    const seconds = doubtful.map(({ customers }) => customers[1]);
    await this.database.execute(
      `DELETE FROM customers.identity_cases q WHERE q.corp_id = $1 AND q.customer_a = ANY($2::uuid[])
          AND NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::uuid[]) AS still(a, b)
                           WHERE still.a = q.customer_a AND still.b = q.customer_b)`,
      [corpId, customerIds, firsts, seconds],
    );
    if (doubtful.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.identity_cases AS q (corp_id, id, customer_a, customer_b, kind, doubt, found_at)
       SELECT $1, f.*, statement_timestamp()
         FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS f(id, a, b, kind, doubt)
       ON CONFLICT (corp_id, customer_a, customer_b) DO UPDATE SET kind = excluded.kind, doubt = excluded.doubt
        WHERE (q.kind, q.doubt) IS DISTINCT FROM (excluded.kind, excluded.doubt)`,
      [
        corpId,
        doubtful.map(() => this.ids.next()),
        firsts,
        seconds,
        doubtful.map(({ kind }) => kind),
        doubtful.map(({ doubt }) => doubt),
      ],
    );
  }

  /** Pairs that a human put together, one of each side. */
  async togetherAmong(some: readonly string[], others: readonly string[]): Promise<Pair[]> {
    const rows = await this.database.query<{ a: string; b: string }>(
      `SELECT customer_a AS a, customer_b AS b FROM customers.person_decisions
        WHERE corp_id = $1 AND together
          AND (customer_a = ANY($2::uuid[]) AND customer_b = ANY($3::uuid[])
            OR customer_a = ANY($3::uuid[]) AND customer_b = ANY($2::uuid[]))`,
      [this.database.corpId, some, others],
    );
    return rows.map(({ a, b }) => [a, b]);
  }

  /** A human's word on each of these pairs replaces the one before. */
  async decide(pairs: readonly Pair[], together: boolean): Promise<void> {
    await this.database.execute(
      `INSERT INTO customers.person_decisions (corp_id, customer_a, customer_b, together, decided_at)
       SELECT $1, p.a, p.b, $4, statement_timestamp() FROM unnest($2::uuid[], $3::uuid[]) AS p(a, b)
       ON CONFLICT (corp_id, customer_a, customer_b)
       DO UPDATE SET together = excluded.together, decided_at = excluded.decided_at`,
      [this.database.corpId, pairs.map(([a]) => a), pairs.map(([, b]) => b), together],
    );
  }
}
