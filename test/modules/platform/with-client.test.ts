import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { withClient } from '../../../src/platform/database/with-client.js';
import { testClusterUrl } from '../../support/cluster.js';

const pidOf = async (client: Client): Promise<number> =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;

describe('a connection that the server ends', () => {
  it.each(['between statements', 'in a statement'])('%s fails the work, not the process', async (when) => {
    const url = await testClusterUrl();
    const work = withClient(url, async (client) => {
      const pid = await pidOf(client);
      const slow = when === 'in a statement' ? client.query('SELECT pg_sleep(20)') : sleep(300);
      const end = withClient(url, (other) => other.query('SELECT pg_terminate_backend($1)', [pid]));
      await Promise.all([slow, end]);
      await client.query('SELECT 1');
    });
    await expect(work).rejects.toThrow(/terminating connection|not queryable/);
  });
});
