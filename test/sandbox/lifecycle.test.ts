import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, CallbackReceiver, SandboxClient } from './sandbox-client.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

describe('startSandbox', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', ''])('refuses to listen on %p', async (host) => {
    await expect(startSandbox({ host })).rejects.toThrow('loopback addresses only');
  });

  it.each(['127.0.0.1', 'localhost'])('listens on %s', async (host) => {
    const sandbox = await openSandbox({ host, size: { customers: 1 } });
    expect((await fetch(`${sandbox.url}/cgi-bin/gettoken`)).status).toBe(200);
    await sandbox.close();
    await expect(fetch(`${sandbox.url}/cgi-bin/gettoken`)).rejects.toThrow();
  });

  it('says when the port is taken', async () => {
    const first = await openSandbox({ size: { customers: 1 } });
    const port = Number(new URL(first.url).port);
    await expect(startSandbox({ port, size: { customers: 1 } })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('the world file', () => {
  it('keeps the world, its secrets and callback URLs over a restart, readable by the owner only', async () => {
    const worldFile = join(folder, 'deep', 'world.json');
    const receiver = await CallbackReceiver.start();
    const first = await openSandbox({ worldFile, size: { customers: 20 } });
    const corp = first.control.corp();
    await first.control.saveCallback({ place: 'app', ...receiver.form });
    const userId = first.control.world().corps[0]!.staff[0]!.userId;
    const { externalUserId } = first.control.events.addCustomer({ userId, name: '海风', state: 'expo' });
    const before = first.control.world().corps;
    await first.close();
    expect(statSync(worldFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['world.json']);

    const second = await openSandbox({ worldFile, seed: 'ignored', size: { customers: 3 } });
    expect(second.control.corp()).toEqual(corp);
    expect(second.control.world().corps).toEqual(before);
    const answer = await new SandboxClient(second).get('externalcontact/get', {
      external_userid: externalUserId,
    });
    expect(answer['external_contact'].name).toBe('海风');
    // New ids go on where the old ones ended.
    expect(second.control.events.addCustomer({ userId }).externalUserId).not.toBe(externalUserId);
    await second.control.whenDelivered();
    expect(receiver.received.length).toBeGreaterThanOrEqual(1);
  });

  it('is saved by itself soon after a change', async () => {
    const worldFile = join(folder, 'world.json');
    const sandbox = await openSandbox({ worldFile, size: { customers: 5 } });
    const size = statSync(worldFile).size;
    const userId = sandbox.control.world().corps[0]!.staff[0]!.userId;
    sandbox.control.events.addCustomer({ userId });
    await new Promise((done) => setTimeout(done, 1300));
    expect(statSync(worldFile).size).toBeGreaterThan(size);
  });

  it('keeps what changed, not the customers that the seed gives again', async () => {
    const size = (customers: number) => ({ customers, staff: 30 });
    const sizes = [200, 20_000].map(async (customers) => {
      const worldFile = join(folder, `${customers}.json`);
      const sandbox = await openSandbox({ worldFile, seed: 'same', size: size(customers) });
      await sandbox.close();
      return statSync(worldFile).size;
    });
    const [small = 0, large = 0] = await Promise.all(sizes);
    expect(large).toBeLessThan(small + 1000);
  });

  it('of a release that stored every customer is read as it was', async () => {
    const worldFile = join(folder, 'world.json');
    const sandbox = await openSandbox({ worldFile, size: { customers: 0 } });
    const userId = sandbox.control.world().corps[0]!.staff[0]!.userId;
    const { externalUserId } = sandbox.control.events.addCustomer({ userId, name: '海风' });
    await sandbox.close();
    const state = JSON.parse(readFileSync(worldFile, 'utf8'));
    delete state.corps[0].generated;
    writeFileSync(worldFile, JSON.stringify(state));
    const again = await openSandbox({ worldFile });
    expect(again.control.world().corps[0]).toMatchObject({ customers: 1, followRelations: 1 });
    const client = new SandboxClient(again);
    const answer = await client.get('externalcontact/get', { external_userid: externalUserId });
    expect(answer['external_contact'].name).toBe('海风');
  });

  it('of another version is refused with a way out', async () => {
    const worldFile = join(folder, 'world.json');
    writeFileSync(worldFile, '{"version":99}');
    await expect(startSandbox({ worldFile })).rejects.toThrow('delete it to start with a new one');
  });
});

it.each([
  { customers: -1 },
  { customers: 2.5 },
  { customers: 10_000_001 },
  { relationsPerCustomer: 0.5 },
  { relationsPerCustomer: 4 },
  { tagsPerCustomer: 9 },
])('refuses a world of %j', async (size) => {
  await expect(startSandbox({ size })).rejects.toThrow(/customers|average/);
});

describe('the control API', () => {
  const call = async (url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(url, init);
    return { status: response.status, json: (await response.json()) as any };
  };

  it('does over HTTP what the object does', async () => {
    const sandbox = await openSandbox({ seed: 'http', size: { customers: 10 } });
    const receiver = await CallbackReceiver.start();
    const control = `${sandbox.url}/control`;
    const world = (await call(`${control}/world`)).json;
    expect(world).toEqual(JSON.parse(JSON.stringify(sandbox.control.world())));
    expect((await call(`${control}/corps`)).json).toEqual([sandbox.control.corp()]);
    const saved = await call(`${control}/console/callback`, { place: 'app', ...receiver.form });
    expect(saved).toEqual({ status: 200, json: { saved: true } });
    receiver.echo = () => 'wrong';
    const refused = await call(`${control}/console/callback`, { place: 'app', ...receiver.form });
    expect(refused).toMatchObject({
      status: 422,
      json: { saved: false, reason: { zh: expect.any(String) } },
    });
    const fired = await call(`${control}/events`, {
      type: 'addCustomer',
      userId: world.corps[0].staff[0].userId,
    });
    expect(fired.json.externalUserId).toMatch(/^wm/);
    await sandbox.control.whenDelivered();
    expect((await call(`${control}/deliveries`)).json).toHaveLength(1);
    expect((await call(`${control}/switches`, { groupLagMs: 7 })).json.groupLagMs).toBe(7);
    expect((await call(`${control}/switches`, { noSuch: 7 })).status).toBe(400);
    expect((await call(`${control}/events`, { type: 'constructor' })).status).toBe(400);
    expect((await call(`${control}/events`, { type: 'deleteStaff', userId: 'nobody' })).status).toBe(400);
    const corp = (await call(`${control}/corps`, { name: '第二家', size: { customers: 2 } })).json;
    expect(corp).toMatchObject({ name: '第二家', corpId: expect.stringMatching(/^ww/) });
    expect((await call(`${control}/nothing`)).status).toBe(404);
  });

  it('turns web pages away', async () => {
    const sandbox = await openSandbox({ size: { customers: 1 } });
    expect(
      (await call(`${sandbox.url}/control/world`, undefined, { origin: 'https://example.com' })).status,
    ).toBe(403);
    const rebound = await new Promise<number | undefined>((resolve) => {
      http.get(`${sandbox.url}/control/corps`, { headers: { host: 'evil.example.com' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(rebound).toBe(403);
  });
});

describe('traffic', () => {
  it('changes the world, never beyond the given number of customers, until it is stopped', async () => {
    const sandbox = await openSandbox({ seed: 'traffic', size: { customers: 40 } });
    const traffic = sandbox.control.startTraffic({ eventsPerMinute: 60_000, customersMax: 43 });
    await new Promise((done) => setTimeout(done, 1500));
    traffic.stop();
    const after = JSON.stringify(sandbox.control.world());
    expect(sandbox.control.world().corps[0]!.customers).toBe(43);
    await new Promise((done) => setTimeout(done, 50));
    expect(JSON.stringify(sandbox.control.world())).toBe(after);
  });
});
