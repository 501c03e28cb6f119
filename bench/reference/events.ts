import { Client } from 'pg';

/** What is stored of one event. */
export interface EventRow {
  readonly id: string;
  readonly at: Date;
  readonly payload: object;
  readonly consumers: readonly string[];
}

/**
 * The same event rows and nothing else: no jobs, no consumers, no marks. Plain pg, one connection, one prepared statement
 * and one transaction for each unit of work, as whoever appends commits what makes the events true.
 */
export class EventRows {
  private readonly client: Client;

  constructor(
    url: string,
    private readonly corpId: string,
  ) {
    this.client = new Client({ connectionString: url });
  }

  async open(): Promise<void> {
    await this.client.connect();
  }

  async store(events: readonly EventRow[]): Promise<void> {
    await this.client.query(`BEGIN; SELECT set_config('app.corp_id', '${this.corpId}', true)`);
    await this.client.query({
      name: 'store-events',
      text: `INSERT INTO platform.events (corp_id, id, name, version, at, payload, consumers, actor)
             SELECT $1, e.id, 'chaos.happened', 1, e.at, e.payload, e.consumers, 'system:unknown'
               FROM jsonb_to_recordset($2::jsonb) AS e(id uuid, at timestamptz, payload jsonb, consumers text[])`,
      values: [this.corpId, JSON.stringify(events)],
    });
    await this.client.query('COMMIT');
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
