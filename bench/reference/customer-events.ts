import { Client } from 'pg';

/** A table that a run leaves rows in, and the columns that can be written. */
interface Copied {
  readonly table: string;
  readonly copy: string;
  readonly columns: string;
}

/**
 * Every row that a run left in any table of ours, in unlogged copies. Only graphile-worker's own rows, one job for each
 * consumer and 500 events, stay out: its columns cannot be written.
 */
export class LeftRows {
  private copied: Copied[] = [];

  constructor(
    private readonly ownerUrl: string,
    private readonly appUrl: string,
    private readonly corpId: string,
  ) {}

  /** @param before rows of each table before the run. @returns how many rows the run left. */
  async take(before: ReadonlyMap<string, number>): Promise<number> {
    return this.asOwner(async (owner) => {
      await owner.query('DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench');
      await owner.query('GRANT USAGE ON SCHEMA bench TO PUBLIC');
      this.copied = [];
      let rows = 0;
      for (const [table, count] of await countRows(owner)) {
        if (count === (before.get(table) ?? 0)) continue;
        if (before.get(table)) throw new Error(`${table} was not empty before the run`);
        const copy = `bench.${table.replace('.', '_')}`;
        await owner.query(
          `CREATE UNLOGGED TABLE ${copy} AS TABLE ${table}; GRANT SELECT ON ${copy} TO PUBLIC`,
        );
        this.copied.push({ table, copy, columns: await columnsOf(owner, table) });
        rows += count;
      }
      await owner.query('ANALYZE');
      return rows;
    });
  }

  tables(): readonly string[] {
    return this.copied.map(({ table }) => table);
  }

  /** Puts them into the same tables, which are empty again, as the application's role. @returns seconds. */
  async insert(): Promise<number> {
    const client = new Client({ connectionString: this.appUrl });
    await client.connect();
    try {
      await client.query(`SELECT set_config('app.corp_id', '${this.corpId}', false)`);
      const startedAt = performance.now();
      for (const { table, copy, columns } of this.copied) {
        await client.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${copy}`);
      }
      return (performance.now() - startedAt) / 1000;
    } finally {
      await client.end();
    }
  }

  async asOwner<T>(work: (owner: Client) => Promise<T>): Promise<T> {
    const owner = new Client({ connectionString: this.ownerUrl });
    await owner.connect();
    try {
      await owner.query(`SELECT set_config('app.corp_id', '${this.corpId}', false)`);
      return await work(owner);
    } finally {
      await owner.end();
    }
  }
}

export async function countRows(owner: Client): Promise<Map<string, number>> {
  const { rows } = await owner.query<{ table: string }>(
    `SELECT n.nspname || '.' || c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'graphile_worker', 'bench')
      ORDER BY c.oid`, // what others refer to was made before them
  );
  const counts = new Map<string, number>();
  for (const { table } of rows) {
    const counted = await owner.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    counts.set(table, Number(counted.rows[0]?.count));
  }
  return counts;
}

async function columnsOf(owner: Client, table: string): Promise<string> {
  const { rows } = await owner.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  return rows[0]?.columns ?? '';
}
