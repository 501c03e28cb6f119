import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Client } from 'pg';
import type { Posting } from '../../src/modules/loyalty/ledger/domain/posting.js';

/** The posting function by plain connections, one a core. */
export class PlainPosting {
  private readonly clients: Client[];
  private wallet = '';

  constructor(
    url: string,
    private readonly corpId: string,
    private readonly at: Date,
  ) {
    this.clients = Array.from(
      { length: availableParallelism() },
      () => new Client({ connectionString: url }),
    );
  }

  async open(programId: string): Promise<void> {
    for (const client of this.clients) {
      await client.connect();
      await client.query(`SELECT set_config('app.corp_id', '${this.corpId}', false)`);
    }
    const found = await this.clients[0]?.query<{ id: string }>(
      `SELECT id FROM loyalty.wallets WHERE corp_id = $1 AND program_id = $2 AND key = 'points'`,
      [this.corpId, programId],
    );
    this.wallet = found?.rows[0]?.id ?? '';
  }

  /** @returns seconds a posting. @throws when one is refused. */
  async run(postings: readonly Posting[], batch: number): Promise<number> {
    const texts: string[] = []; // made before the clock runs: only the function is measured
    for (let at = 0; at < postings.length; at += batch)
      texts.push(this.textOf(postings.slice(at, at + batch)));
    let next = 0;
    const startedAt = performance.now();
    const work = async (client: Client): Promise<void> => {
      for (let text = texts[next++]; text; text = texts[next++]) {
        const { rows } = await client.query<{ code: string | null }>({
          name: 'post',
          text: 'SELECT * FROM loyalty.post($1, $2, $3)',
          values: [this.corpId, this.at, text],
        });
        if (rows.some(({ code }) => code !== null)) throw new Error('a posting was refused');
      }
    };
    await Promise.all(this.clients.map(work));
    return (performance.now() - startedAt) / 1000 / postings.length;
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.end().catch(() => undefined);
  }

  private textOf(postings: readonly Posting[]): string {
    return JSON.stringify(
      postings.map(({ programId, customerId, key, kind, amount }, n) => ({
        n,
        id: randomUUID(),
        program: programId,
        key,
        hash: `\\x${key.replaceAll('-', '').repeat(2)}`,
        kind,
        wallet: this.wallet,
        customer: customerId,
        customers: [customerId],
        amount,
        actor_kind: 'system',
        actor_id: 'bench',
      })),
    );
  }
}
