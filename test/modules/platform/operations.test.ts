import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { parsePublicId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import type { AppError } from '../../../src/platform/errors/app-error.js';
import { ListOperations } from '../../../src/platform/operations/list-operations.js';
import type { OperationId, OperationState } from '../../../src/platform/operations/operation.js';
import { OperationAnswers } from '../../../src/platform/operations/operation-answers.js';
import { OperationConfirmations } from '../../../src/platform/operations/operation-confirmations.js';
import { Operations } from '../../../src/platform/operations/operations.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { OperationView } from '../../../src/platform/operations/operation.view.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const CORP_A = '00000000-0000-7000-8000-00000000000a' as CorpId;
const CORP_B = '00000000-0000-7000-8000-00000000000b' as CorpId;
const question = { reason: 'too_many_ended', counts: { known: 10, unseen: 5 } };

let platform: TestPlatform;
let unit: UnitOfWork;
let operations: Operations;
let answers: OperationAnswers;
let kinds = 0;

beforeAll(async () => {
  platform = await startTestPlatform({ imports: [OperationsModule] }, { poolMax: 12 });
  unit = platform.get(UnitOfWork);
  operations = platform.get(Operations);
  answers = platform.get(OperationAnswers);
});

afterAll(async () => platform.close());

const inA = <T>(work: () => Promise<T>) => unit.run(CORP_A, work);
const newKind = () => `test.kind_${++kinds}`;
const start = (kind = newKind()) => inA(() => operations.start(kind));

const actions = {
  progress: (id: OperationId) => operations.progress(id, { done: 1 }),
  succeed: (id: OperationId) => operations.succeed(id, { ok: 1 }),
  fail: (id: OperationId) => operations.fail(id, 'test.broken', 'at step 2'),
  awaitConfirmation: (id: OperationId) => operations.awaitConfirmation(id, question),
  confirm: (id: OperationId) => answers.confirm(id),
  cancel: (id: OperationId) => answers.cancel(id),
} as const;
type Action = keyof typeof actions;

/** What each action makes of each state; what is missing is refused. */
const transitions: Record<OperationState, Partial<Record<Action, OperationState>>> = {
  queued: {
    progress: 'running',
    succeed: 'succeeded',
    fail: 'failed',
    awaitConfirmation: 'awaiting_confirmation',
    cancel: 'cancelled',
  },
  running: {
    progress: 'running',
    succeed: 'succeeded',
    fail: 'failed',
    awaitConfirmation: 'awaiting_confirmation',
    cancel: 'cancelled',
  },
  awaiting_confirmation: { fail: 'failed', confirm: 'running', cancel: 'cancelled' },
  succeeded: {},
  failed: {},
  cancelled: {},
};
const pathTo: Record<OperationState, Action[]> = {
  queued: [],
  running: ['progress'],
  awaiting_confirmation: ['awaitConfirmation'],
  succeeded: ['succeed'],
  failed: ['fail'],
  cancelled: ['cancel'],
};

describe('the states of an operation', () => {
  const cases = Object.entries(transitions).flatMap(([from, allowed]) =>
    (Object.keys(actions) as Action[]).map((action) => ({
      from: from as OperationState,
      action,
      to: (allowed as Partial<Record<Action, OperationState>>)[action],
    })),
  );

  it.each(cases)('$from, $action: $to', async ({ from, action, to }) => {
    const id = await start();
    for (const step of pathTo[from]) await inA(async () => void (await actions[step](id)));
    const attempt = inA(async () => void (await actions[action](id)));
    if (to) await attempt;
    else
      await expect(attempt).rejects.toMatchObject({
        code: 'operations.state_conflict',
        params: { state: from },
      });
    expect((await inA(() => operations.get(id))).state).toBe(to ?? from);
  });

  it('change once when ten people answer at the same time', async () => {
    const kind = newKind();
    let confirmed = 0;
    platform.get(OperationConfirmations).register(kind, async (corpId, id) => {
      expect([corpId, unit.corpId()]).toEqual([CORP_A, CORP_A]);
      expect((await operations.get(id)).state).toBe('running');
      confirmed++;
    });
    const id = await start(kind);
    await inA(() => operations.awaitConfirmation(id, question));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => inA(() => answers.confirm(id))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(confirmed).toBe(1);
  });

  it('do not change when what the module does about the answer fails', async () => {
    const kind = newKind();
    platform.get(OperationConfirmations).register(
      kind,
      async () => undefined,
      () => Promise.reject(new Error('cannot stop')),
    );
    const id = await start(kind);
    await expect(inA(() => answers.cancel(id))).rejects.toThrow('cannot stop');
    expect((await inA(() => operations.get(id))).state).toBe('queued');
  });
});

describe('progress', () => {
  it('never goes back and tells pace and remaining time', async () => {
    const id = await inA(() => operations.start(newKind(), 500));
    platform.clock.advance(20_000);
    await inA(() => operations.progress(id, { done: 250 }));
    await inA(() => operations.progress(id, { done: 240 }));
    const operation = await inA(() => operations.get(id));
    expect(OperationView.of(operation)).toMatchObject({
      done: 250,
      total: 500,
      ratePerSecond: 12.5,
      etaSeconds: 20,
    });
    await inA(() => operations.progress(id, { done: 260, total: 600 }));
    await inA(() => operations.progress(id, { done: 270 }));
    expect(await inA(() => operations.get(id))).toMatchObject({ done: 270, total: 600, state: 'running' });
  });

  it('shows what came out, what went wrong and what is asked', async () => {
    const [good, bad, asking] = [await start(), await start(), await start()];
    await inA(() => operations.succeed(good, { inserted: 3 }));
    await inA(() => operations.fail(bad, 'test.broken', 'at step 2'));
    await inA(() => operations.awaitConfirmation(asking, question));
    const at = platform.clock.now();
    expect(await inA(() => operations.get(good))).toMatchObject({ result: { inserted: 3 }, finishedAt: at });
    expect(await inA(() => operations.get(bad))).toMatchObject({
      errorCode: 'test.broken',
      errorDetail: 'at step 2',
      finishedAt: at,
    });
    expect(await inA(() => operations.get(asking))).toMatchObject({ question, finishedAt: undefined });
  });
});

describe('one open operation of a kind', () => {
  it('is all that ten parallel starts bring; the others are told which one it is', async () => {
    const kind = newKind();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => start(kind)));
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(started).toHaveLength(1);
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as AppError] : [],
    );
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['operations.already_running']));
    expect(new Set(refusals.map(({ params }) => parsePublicId('op', String(params.operationId))))).toEqual(
      new Set(started),
    );
  });

  it('does not stand in the way of those that are begun alongside others', async () => {
    const kind = newKind();
    const id = await start(kind);
    const others = await Promise.all([1, 2].map(() => inA(() => operations.startAlongside(kind, 5))));
    expect(new Set([id, ...others]).size).toBe(3);
    await expect(start(kind)).rejects.toMatchObject({ code: 'operations.already_running' });
    await inA(() => operations.succeed(id, {}));
    expect(await inA(() => operations.isRunning(kind))).toBe(true);
    expect(await start(kind)).not.toBe(id);
  });

  it('counts while it waits for an answer, and no more when it has ended', async () => {
    const kind = newKind();
    const id = await start(kind);
    await inA(() => operations.awaitConfirmation(id, question));
    expect(await inA(() => operations.isRunning(kind))).toBe(true);
    await expect(start(kind)).rejects.toMatchObject({ code: 'operations.already_running' });
    await inA(() => operations.cancel(id));
    expect(await inA(() => operations.isRunning(kind))).toBe(false);
    expect(await start(kind)).not.toBe(id);
  });

  it('leaves other kinds and other corps alone', async () => {
    const kind = newKind();
    const first = await start(kind);
    expect(await start(newKind())).not.toBe(first);
    expect(await unit.run(CORP_B, () => operations.start(kind))).not.toBe(first);
  });
});

describe('the list', () => {
  it('pages newest first, by kind and state, within the corp', async () => {
    const kind = newKind();
    const ids: OperationId[] = [];
    for (let n = 0; n < 3; n++) {
      const id = await start(kind);
      await inA(() => operations.succeed(id, {}));
      ids.unshift(id);
    }
    const open = await start(kind);
    await unit.run(CORP_B, () => operations.start(kind));
    const list = (filter: { kind?: string; state?: OperationState }, after?: { id: string }, limit = 10) =>
      unit.read(CORP_A, async () =>
        (await platform.get(ListOperations).list(filter, after, limit)).map(({ id }) => id),
      );
    expect(await list({ kind })).toEqual([open, ...ids]);
    expect(await list({ kind, state: 'succeeded' })).toEqual(ids);
    expect(await list({ kind }, { id: open }, 2)).toEqual(ids.slice(0, 2));
    expect(await list({ kind }, { id: ids[1] ?? '' })).toEqual(ids.slice(2));
  });

  it('does not show an operation to another corp', async () => {
    const id = await start();
    const attempt = unit.read(CORP_B, () => operations.get(id));
    await expect(attempt).rejects.toMatchObject({ code: 'operations.not_found' });
    await expect(unit.run(CORP_B, () => answers.cancel(id))).rejects.toMatchObject({
      code: 'operations.not_found',
    });
  });
});
