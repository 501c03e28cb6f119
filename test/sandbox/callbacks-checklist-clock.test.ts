import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const START = Date.parse('2026-03-02T08:00:00Z');
const MINUTE_MS = 60_000;
const SUITE_ID = 'ww4f5e6d7c8b9a0123';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'clocked', size: { customers: 3 }, clock: () => START });
});
afterEach(closeAll);

const pass = (ms: number) => sandbox.control.advanceClock({ ms });

async function receiverAt(place: 'app' | 'archive'): Promise<CallbackReceiver> {
  const receiver = await CallbackReceiver.start();
  expect(await sandbox.control.saveCallback({ place, ...receiver.form })).toEqual({ saved: true });
  return receiver;
}
const count = async (receiver: CallbackReceiver) => {
  await sandbox.control.whenDelivered();
  return receiver.received.length;
};

describe('callbacks.md section 6, line 8', () => {
  it('"msgaudit_notify at most every 15 s"', async () => {
    const archive = await receiverAt('archive');
    const app = await receiverAt('app');
    for (let burst = 0; burst < 5; burst += 1) sandbox.control.events.archiveMessages({});
    expect(await count(archive)).toBe(1);
    pass(14_999);
    expect(await count(archive)).toBe(1);
    pass(1);
    // What came in between is told of once, and nothing more without new messages.
    expect(await count(archive)).toBe(2);
    pass(15_000);
    expect(await count(archive)).toBe(2);
    sandbox.control.events.archiveMessages({});
    expect(await count(archive)).toBe(3);
    const names = ['Event', 'AgentID', 'FromUserName', 'ToUserName', 'CreateTime'];
    expect(names.map((name) => archive.field(0, name))).toEqual([
      'msgaudit_notify',
      '2000004',
      'sys',
      sandbox.control.corp().corpId,
      String(START / 1000),
    ]);
    expect(archive.received[0]!.agentId).toBe('');
    expect(await count(app)).toBe(0);
  });

  it('"kf Token valid 10 min"', async () => {
    const client = new SandboxClient(sandbox);
    const app = await receiverAt('app');
    const { openKfId } = sandbox.control.events.addKfAccount({ servicerUserIds: [] });
    sandbox.control.events.customerWritesKf({ openKfId, text: '您好' });
    await sandbox.control.whenDelivered();
    const bell = app.received.findIndex((_, index) => app.field(index, 'Event') === 'kf_msg_or_event');
    const token = app.field(bell, 'Token');
    const other = sandbox.control.events.addKfAccount({ servicerUserIds: [] }).openKfId;
    const code = async (open_kfid = openKfId) =>
      (await client.post('kf/sync_msg', { open_kfid, token })).errcode;
    expect([await code(), await code(other)]).toEqual([0, 95007]);
    pass(10 * MINUTE_MS - 1000);
    expect(await code()).toBe(0);
    pass(1000);
    expect(await code()).toBe(95007);
  });

  it('"suite_ticket every 10 min"', async () => {
    const tickets: string[] = [];
    const receiver = await CallbackReceiver.start();
    const form = { place: 'suite' as const, suiteId: SUITE_ID, ...receiver.form };
    expect(await sandbox.control.saveCallback(form)).toEqual({ saved: true });
    for (const ms of [0, 10 * MINUTE_MS - 1, 1, 10 * MINUTE_MS]) {
      pass(ms);
      tickets.push(String(await count(receiver)));
    }
    expect(tickets).toEqual(['1', '1', '2', '3']);
    const field = (name: string) => receiver.field(0, name);
    expect([field('SuiteId'), field('InfoType'), field('TimeStamp')]).toEqual([
      SUITE_ID,
      'suite_ticket',
      String(START / 1000),
    ]);
    expect(field('SuiteTicket')).not.toBe(receiver.field(1, 'SuiteTicket'));
    expect(field('Event')).toBeUndefined();
    expect(receiver.receiveId).toBe(SUITE_ID);
    await expect(sandbox.control.saveCallback({ place: 'suite', ...receiver.form })).rejects.toThrow(
      /suiteId/,
    );
  });
});

describe('the events of apps, archive, kf and suites', () => {
  it('have the fields of the official examples', async () => {
    const places = [await receiverAt('app'), await receiverAt('archive'), await CallbackReceiver.start()];
    await sandbox.control.saveCallback({ place: 'suite', suiteId: SUITE_ID, ...places[2]!.form });
    const { events } = sandbox.control;
    events.archiveMessages({});
    const { openKfId } = events.addKfAccount({ servicerUserIds: [] });
    events.customerWritesKf({ openKfId, text: '您好' });
    events.appLittleUsed({ inactiveUserIds: [] });
    pass(7 * 24 * 60 * MINUTE_MS);
    events.membersUseAppAgain({});
    events.appUnused({});
    pass(7 * 24 * 60 * MINUTE_MS);
    events.administratorReopensApp({});
    await sandbox.control.whenDelivered();
    const fired = new Set(places.flatMap(({ received }) => received.map(({ xml }) => shape(xml))));
    const folder = new URL('./event-examples-timed/', import.meta.url);
    const files = readdirSync(folder);
    expect(files).toHaveLength(9);
    expect(files.filter((file) => !fired.has(shape(readFileSync(new URL(file, folder), 'utf8'))))).toEqual(
      [],
    );
  });
});

/** Kind of event and its element names, in order of the alphabet. */
function shape(xml: string): string {
  const kind = /<(?:Event|InfoType)><!\[CDATA\[(.*?)\]\]>/.exec(xml)?.[1] ?? '';
  const names = [...xml.matchAll(/<([A-Za-z]+)>/g)].map((match) => match[1] ?? '');
  return `${kind}: ${names.sort().join(' ')}`;
}
