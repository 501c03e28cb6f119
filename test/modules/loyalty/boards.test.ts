import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { ClosePeriods } from '../../../src/modules/loyalty/boards/use-cases/close-periods.js';
import { KeepBoards } from '../../../src/modules/loyalty/boards/use-cases/keep-boards.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { BoardsModel, steps } from './boards-model.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const HOUR_MS = 3_600_000;
const BOARDS = '/v1/loyalty/boards';

let world: LedgerWorld;
beforeAll(async () => {
  world = await startLedgerWorld();
});
afterAll(() => world.close());

async function makeBoard(body: object = { preset: 'weekly_points_king' }): Promise<string> {
  const { status, body: board } = await world.call('POST', BOARDS, body);
  expect(status).toBe(201);
  world.http.clock.advance(1);
  return board.id;
}
const uuidOf = async (id: string) => {
  const rows = await world.sql<{ id: string }>('SELECT id FROM loyalty.boards');
  return rows.find((row) => toPublicId('brd', row.id) === id)?.id ?? '';
};
const closing = () => world.http.get(ClosePeriods).closeEnded(world.corpId);
/** Nothing of it is left to be announced, and the next test counts alone. */
const end = async (id: string) => {
  await world.call('DELETE', `${BOARDS}/${id}`);
  await closing();
};

it('equals an oracle that adds up and sorts, whatever is earned, spent, taken back and expired (L-5, L-6)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const model = await BoardsModel.start(world);
      try {
        for (const step of history) await model.play(step);
        const { seen, expected } = await model.compare();
        expect(seen).toEqual(expected);
      } finally {
        await model.end();
        await closing();
      }
    }),
    { numRuns: 4 },
  );
}, 60_000);

it('loses nothing to the closing of a period under parallel postings, which changes it never again', async () => {
  const id = await makeBoard();
  const customers = await world.customers(40);
  const earn = () => Promise.all(customers.map((customerId) => world.post({ customerId, amount: 3 })));
  await earn();
  const { body } = await world.call('GET', `${BOARDS}/${id}/top`);
  world.http.clock.set(new Date(new Date(body.period.endsAt).getTime() - 1)); // they earn in the last millisecond
  const close = async () => {
    world.http.clock.advance(HOUR_MS);
    return closing();
  };
  const [, one, other] = await Promise.all([earn(), close(), close(), earn()]);
  expect(one + other).toBe(1);
  const standings = () =>
    world.sql<{ points: string; corrected: string; counted: string }>(
      `SELECT s.member_id, s.points, coalesce((SELECT sum(c.amount) FROM loyalty.board_corrections c
                WHERE c.period_id = p.id AND c.member_id = s.member_id), 0) AS corrected,
              loyalty.counted_on_board(s.corp_id, p.id, a.id) AS counted
         FROM loyalty.board_periods p JOIN loyalty.board_standings s ON s.period_id = p.id
         JOIN loyalty.boards b ON b.id = p.board_id
         JOIN loyalty.accounts a ON a.member_id = s.member_id AND a.wallet_id = b.wallet_id
        WHERE p.board_id = $1 AND p.key = $2 ORDER BY s.member_id`,
      [boardId, body.period.key],
    );
  const boardId = await uuidOf(id);
  const before = await standings();
  expect(before).toHaveLength(40);
  for (const { points, corrected, counted } of before)
    expect(Number(points) + Number(corrected)).toBe(Number(counted));
  const transfers = await world.sql<{ id: string }>(
    `SELECT id FROM loyalty.transfers WHERE kind = 'earn' AND amount = 3`,
  );
  await world.reverse(...transfers.slice(0, 20).map(({ id: transferId }) => ({ transferId })));
  const after = await standings();
  expect(after.map(({ points }) => points)).toEqual(before.map(({ points }) => points));
  for (const { points, corrected, counted } of after)
    expect(Number(points) + Number(corrected)).toBe(Number(counted));
  await end(id);
});

it('stores the ranks of a closed period with prizes, tells them once, and lists corrections', async () => {
  const id = await makeBoard();
  const [a = '', b = '', c = ''] = await world.customers(3);
  const [first] = await world.post({ customerId: a, amount: 5 });
  world.http.clock.advance(1);
  await world.post({ customerId: b, amount: 5 }, { customerId: c, amount: 9 });
  await world.post({ customerId: c, kind: 'spend', amount: 9 }); // spending changes nothing
  const live = await world.call('GET', `${BOARDS}/${id}/top`);
  const named = (body: any) =>
    body.items.map((item: any) => [item.rank, item.customerId, item.points, item.prize?.zh]);
  const ranks = [
    [1, toPublicId('cus', c), 9, '线下活动名额'],
    [2, toPublicId('cus', a), 5, undefined],
    [3, toPublicId('cus', b), 5, undefined],
  ];
  expect(named(live.body)).toEqual(ranks);
  world.http.clock.advance(8 * 24 * HOUR_MS);
  const closed = await Promise.all(Array.from({ length: 4 }, closing));
  expect(closed.sort()).toEqual([0, 0, 0, 1]);
  const events = await world.sql<{ payload: any }>(
    `SELECT payload FROM platform.events WHERE name = 'loyalty.board_closed' AND payload->>'boardId' = $1`,
    [await uuidOf(id)],
  );
  expect(events).toHaveLength(1);
  expect(events[0]?.payload.winners.map((winner: any) => [winner.rank, winner.points])).toEqual([
    [1, 9],
    [2, 5],
    [3, 5],
  ]);
  if (first?.outcome !== 'posted') throw new Error('refused');
  await world.reverse({ transferId: first.transferId, amount: 2 });
  const { key } = live.body.period;
  await world.call('PATCH', `${BOARDS}/${id}`, { prizes: [] }); // what was won stays won
  expect(named((await world.call('GET', `${BOARDS}/${id}/top?period=${key}`)).body)).toEqual(ranks);
  const { body: corrections } = await world.call('GET', `${BOARDS}/${id}/corrections?period=${key}`);
  expect(corrections.items).toMatchObject([{ kind: 'reverse', amount: -2 }]);
  const { body: periods } = await world.call('GET', `${BOARDS}/${id}/periods`);
  expect(periods.items).toMatchObject([{ key, closedAt: expect.any(String) }]);
  const own = await world.call(
    'GET',
    `${BOARDS}/${id}/rank?customerId=${toPublicId('cus', b)}&period=${key}`,
  );
  expect(own.body).toMatchObject({ place: { rank: 3, points: 5 } });
  const present = await world.call('GET', `${BOARDS}/${id}/rank?customerId=${toPublicId('cus', b)}`);
  expect(present.body).toMatchObject({ place: null });
  await end(id);
});

it('ranks the members of a group chat among themselves, and counts the chosen rules only', async () => {
  const [a = '', b = '', c = ''] = await world.customers(3);
  const [group, rule, version] = [randomUUID(), randomUUID(), randomUUID()];
  await world.sql(
    `INSERT INTO loyalty.earning_rules (corp_id, id, program_id, name, created_at) VALUES ($1, $2, $3, 'x', now())`,
    [world.corpId, rule, world.program.id],
  );
  await world.sql(
    `INSERT INTO loyalty.earning_rule_versions (corp_id, id, rule_id, version, trigger, content, created_at, created_by)
     VALUES ($1, $2, $3, 1, 'x', '{}', now(), 'it')`,
    [world.corpId, version, rule],
  );
  await world.sql(
    `INSERT INTO group_chats.group_chats (corp_id, id, chat_id, name, owner_user_id, owner_user_key, owner_state, notice,
            admin_user_ids, member_count, created_at, fetched_at)
     VALUES ($1, $2, 'wr1', 'g', 'u', 'u', 'serving', '', '{}', 2, now(), now())`,
    [world.corpId, group],
  );
  await world.sql(
    `UPDATE customers.customers SET external_user_id = CASE id WHEN $2 THEN 'wm-b' ELSE 'wm-c' END
      WHERE corp_id = $1 AND id IN ($2, $3)`,
    [world.corpId, b, c],
  );
  await world.sql(
    `INSERT INTO group_chats.group_chat_members (corp_id, group_chat_id, member_id, kind, join_scene, joined_at)
     SELECT $1, $2, id, 'external', 1, now() FROM unnest(ARRAY['wm-b', 'wm-c', 'wm-stranger']) AS id`,
    [world.corpId, group],
  );
  const all = await makeBoard();
  const campaign = await makeBoard({
    nameZh: '活动榜',
    nameEn: 'Campaign',
    periodKind: 'fixed',
    startsAt: world.http.clock.now().toISOString(),
    endsAt: new Date(world.http.clock.now().getTime() + HOUR_MS).toISOString(),
    ruleIds: [toPublicId('rul', rule)],
  });
  await world.post(
    { customerId: a, amount: 30 },
    { customerId: b, amount: 10 },
    { customerId: c, amount: 20, ruleVersionId: version },
  );
  const among = `groupChatId=${toPublicId('gch', group)}`;
  const { body } = await world.call('GET', `${BOARDS}/${all}/top?${among}`);
  expect(body.items.map((item: any) => [item.rank, item.points])).toEqual([
    [1, 20],
    [2, 10],
  ]);
  const rank = await world.call('GET', `${BOARDS}/${all}/rank?${among}&customerId=${toPublicId('cus', b)}`);
  expect(rank.body.place).toMatchObject({ rank: 2 });
  const top = await world.call('GET', `${BOARDS}/${campaign}/top`);
  expect(top.body.items.map((item: any) => item.customerId)).toEqual([toPublicId('cus', c)]);
  for (const id of [all, campaign]) await end(id);
});

it('refuses what makes no sense, and knows nothing of another corp', async () => {
  const code = async (method: string, url: string, payload?: object, as?: string) => {
    const { status, body } = await world.call(method, url, payload, as);
    return `${status} ${body.code}`;
  };
  const names = { nameZh: '榜', nameEn: 'Board' };
  expect(await code('POST', BOARDS, {})).toBe('422 loyalty.board_incomplete');
  expect(await code('POST', BOARDS, { ...names, periodKind: 'fixed' })).toBe(
    '422 loyalty.board_time_invalid',
  );
  const past = { startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-02-01T00:00:00Z' };
  expect(await code('POST', BOARDS, { ...names, periodKind: 'fixed', ...past })).toBe(
    '422 loyalty.board_time_invalid',
  );
  expect(await code('POST', BOARDS, { ...names, periodKind: 'week', ...past })).toBe(
    '422 loyalty.board_time_invalid',
  );
  expect(await code('POST', BOARDS, { preset: 'weekly_points_king', wallet: 'gold' })).toBe(
    '404 loyalty.wallet_not_found',
  );
  const prize = { from: 2, to: 1, zh: 'x', en: 'x' };
  expect(await code('POST', BOARDS, { preset: 'weekly_points_king', prizes: [prize] })).toBe(
    '422 loyalty.board_prizes_invalid',
  );
  const ruleIds = [toPublicId('rul', randomUUID())];
  expect(await code('POST', BOARDS, { preset: 'weekly_points_king', ruleIds })).toBe(
    '422 loyalty.board_rule_unknown',
  );
  const id = await makeBoard();
  const stranger = toPublicId('cus', randomUUID());
  expect(await code('GET', `${BOARDS}/${id}/top?period=2019-W01`)).toBe('404 loyalty.board_period_not_found');
  expect(await code('GET', `${BOARDS}/${id}/rank?customerId=${stranger}`)).toBe(
    '404 loyalty.board_member_not_found',
  );
  const group = toPublicId('gch', randomUUID());
  expect(await code('GET', `${BOARDS}/${id}/top?groupChatId=${group}`)).toBe(
    '404 loyalty.board_group_not_found',
  );
  expect(await code('GET', `${BOARDS}/brd_nonsense/top`)).toBe('404 loyalty.board_not_found');
  const other = await world.http.addCorp();
  const foreign = await world.http.corpKey(other.id, ['loyalty:read', 'loyalty:write']);
  for (const path of ['', '/top', '/periods', '/corrections?period=all'])
    expect(await code('GET', `${BOARDS}/${id}${path}`, undefined, foreign)).toBe(
      '404 loyalty.board_not_found',
    );
  expect(await code('DELETE', `${BOARDS}/${id}`, undefined, foreign)).toBe('404 loyalty.board_not_found');
  await end(id);
});

it('keeps a corp within its number of boards, also when they are made at once', async () => {
  const create = () =>
    world
      .run(() => world.http.get(KeepBoards).create({ preset: 'weekly_points_king' }))
      .then(
        () => 'made',
        (error: { code: string }) => error.code,
      );
  const { body } = await world.call('GET', `${BOARDS}?limit=200`);
  for (const board of body.items) if (board.endedAt === null) await end(board.id);
  const made = await Promise.all(Array.from({ length: 55 }, create));
  expect(made.filter((each) => each === 'made')).toHaveLength(50);
  expect(new Set(made)).toEqual(new Set(['made', 'loyalty.boards_too_many']));
});
