import type { Client } from 'pg';
import type { CorpId } from '../platform/context/typed-id.js';

/** Every corp that was ever connected. */
export async function listCorps(client: Client): Promise<CorpId[]> {
  const { rows } = await client.query<{ id: CorpId }>('SELECT id FROM platform.corps ORDER BY id');
  return rows.map(({ id }) => id);
}
