import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { fillCustomersWorld, WORLD_CORP_ID, worldCustomerId } from '../../../bench/customers-world/index.js';
import type { Announcement } from '../../../src/modules/customers/index.js';
import { ReconcileAnnounced } from '../../../src/modules/customers/timeline/use-cases/reconcile-announced.js';
import { type CorpId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { WecomModule } from '../../../src/wecom/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';
import { AnnouncingModule, AnnouncingProbe, balanceMoved } from './announcing-probe.js';

const corpId = WORLD_CORP_ID as CorpId;
const WORLD = 160;
/** One person with the next customer, which is busy; both have a relation or two. */
const LINKED = 150;
const BUSY = 100;
const LONELY = 7;

let http: TestHttp;
let key: string;

beforeAll(async () => {
  http = await startTestHttp([EventsModule, OperationsModule, SyncModule, WecomModule, AnnouncingModule]);
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true); // the notes of the world
  await fillCustomersWorld(http.database.ownerUrl, WORLD);
  write.mockRestore();
  key = await http.corpKey(corpId, ['customers:read']);
});
afterAll(() => http.close());

async function sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
  await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
  return http.sql<T>(text, params);
}

async function get(number: number, place: string, as = key): Promise<{ status: number; body: any }> {
  const url = `/v1/customers/${toPublicId('cus', worldCustomerId(number))}${place}`;
  const response = await http.call(as, { method: 'GET', url });
  return { status: response.statusCode, body: response.json() };
}

describe('the page of a person', () => {
  it.each([
    ['of one customer', [LONELY]],
    ['that is busy', [BUSY]],
    ['of two customers', [LINKED, LINKED + 1]],
  ])('%s shows what each of its parts shows', async (_, numbers) => {
    const { status, body } = await get(numbers.at(-1) ?? 0, '/page');
    expect(status).toBe(200);
    expect(body.customerIds).toEqual(numbers.map((number) => toPublicId('cus', worldCustomerId(number))));
    const customers = await Promise.all(numbers.map((number) => get(number, '')));
    expect(body.customers).toEqual(customers.map((customer) => customer.body));
    expect(body.fields).toEqual((await get(numbers[0] ?? 0, '/profile')).body.fields);
    expect(body.timeline).toEqual((await get(numbers[0] ?? 0, '/timeline?limit=50')).body.items);
    expect(body.timeline.length).toBe(
      numbers.includes(BUSY) ? 50 : numbers.reduce((sum, n) => sum + (n % 5), 0),
    );
    const points = numbers.map((number) => (number * 13) % 20_000);
    expect(body.announced.pointsBalance).toBe(points.reduce((sum, one) => sum + one, 0));
    expect(body.announced.customers.map((one: { pointsBalance: number }) => one.pointsBalance)).toEqual(
      points,
    );
  });

  it('takes at most three statements, also when no name is known yet', async () => {
    const database = http.get(Database);
    const spies = [
      jest.spyOn(database, 'query'),
      jest.spyOn(database, 'maybeOne'),
      jest.spyOn(database, 'execute'),
    ];
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // names are remembered for a second
    await get(LINKED, '/page');
    const statements = spies.flatMap((spy) => spy.mock.calls.map(([statement]) => statementText(statement)));
    // now and then the key is read again, too, as with every request
    const ofPage = statements.filter((text) => !text.includes('platform.'));
    expect(ofPage).toHaveLength(3);
    for (const spy of spies) spy.mockRestore();
  });

  it('is of nobody who does not exist, and of no other corp', async () => {
    const { id } = await http.addCorp();
    const foreign = await http.corpKey(id, ['customers:read']);
    const notFound = { status: 404, body: { code: 'customers.not_found' } };
    expect(await get(LONELY, '/page', foreign)).toMatchObject(notFound);
    expect(await get(WORLD + 1, '/page')).toMatchObject(notFound);
  });
});

function statementText(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { text: string }).text;
}

/** As a job does it, without the mark that the event was had. */
async function announce(announcements: Announcement[]): Promise<void> {
  for (const { consumer } of http.get(EventConsumers).of(balanceMoved)) {
    if (!('apply' in consumer)) continue;
    const { name, version } = balanceMoved;
    const event = { id: randomUUID(), corpId, name, version, at: new Date(), payload: { announcements } };
    await http.get(UnitOfWork).run(corpId, () => consumer.apply(event, undefined));
  }
}

const announcedOf = (number: number) =>
  sql<{ level: string | null; points: number | null }>(
    `SELECT level, points_balance::int AS points FROM customers.announced
      WHERE corp_id = $1 AND customer_id = $2`,
    [corpId, worldCustomerId(number)],
  );

describe('what other modules announce', () => {
  it('is the newest of each value, whatever the order of the events and how often they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            number: fc.integer({ min: 1, max: 3 }),
            version: fc.integer({ min: 2, max: 1_000 }),
            pointsBalance: fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined }),
            level: fc.option(fc.constantFrom('金卡', '银卡', null), { nil: undefined }),
          }),
          { selector: ({ number, version }) => `${number} ${version}`, minLength: 1, maxLength: 12 },
        ),
        async (all) => {
          await sql('DELETE FROM customers.announced WHERE corp_id = $1', [corpId]);
          const events = all.map(({ number, ...rest }) => ({ customerId: worldCustomerId(number), ...rest }));
          const given = JSON.parse(JSON.stringify(events)) as Announcement[];
          for (let at = 0; at < given.length; at += 4) {
            const [a = [], b = [], c = []] = [
              given.slice(at, at + 2),
              given.slice(at + 2, at + 4),
              given.slice(0, at),
            ];
            await Promise.all([a, b, c.reverse()].map(announce));
          }
          for (const number of [1, 2, 3]) {
            const own = all.filter((one) => one.number === number).sort((a, b) => b.version - a.version);
            const newest = <K extends 'pointsBalance' | 'level'>(name: K) =>
              own.find((one) => one[name] !== undefined)?.[name] ?? null;
            const expected = {
              level: newest('level'),
              points: newest('pointsBalance'),
            };
            expect((await announcedOf(number))[0] ?? { level: null, points: null }).toEqual(expected);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is compared with what the modules say, and repaired', async () => {
    await sql('DELETE FROM customers.announced WHERE corp_id = $1', [corpId]);
    const { books } = http.get(AnnouncingProbe);
    for (let number = 1; number <= 5; number++) {
      const stands = {
        customerId: worldCustomerId(number),
        version: 9,
        pointsBalance: number,
        level: '金卡',
      };
      books.set(stands.customerId, stands);
    }
    await announce([...books.values()]);
    const reconcile = () => http.get(ReconcileAnnounced).reconcile(corpId);
    expect(await reconcile()).toEqual({ customers: WORLD, different: 0 });

    const params = [corpId, worldCustomerId(2)];
    await sql(
      'UPDATE customers.announced SET points_balance = 7 WHERE corp_id = $1 AND customer_id = $2',
      params,
    );
    await sql('DELETE FROM customers.announced WHERE corp_id = $1 AND customer_id = $2', [
      corpId,
      worldCustomerId(3),
    ]);
    await sql('UPDATE customers.announced SET level_version = 99 WHERE corp_id = $1 AND customer_id = $2', [
      corpId,
      worldCustomerId(4),
    ]);
    await announce([{ customerId: worldCustomerId(6), version: 1, pointsBalance: 3 }]); // its books know nothing of it
    expect(await reconcile()).toEqual({ customers: WORLD, different: 1 + 2 + 1 + 1 });
    expect(await reconcile()).toEqual({ customers: WORLD, different: 0 });
    for (let number = 1; number <= 5; number++) {
      expect(await announcedOf(number)).toEqual([{ level: '金卡', points: number }]);
    }
    expect(await announcedOf(6)).toEqual([{ level: null, points: null }]);
  });
});
