import { Client } from 'pg';

/** Work on one connection of its own, outside the pool: migrations, rotation of keys. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // A lost connection fails the statement in progress or the next one; the event alone would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined); // what the work met tells the story
  }
}
