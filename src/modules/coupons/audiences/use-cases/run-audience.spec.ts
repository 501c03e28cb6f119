import { jest } from '@jest/globals';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { RunAudience } from './run-audience.js';

/** Only what the run asks of its neighbours. */
function stub<T>(of: object): T {
  return of as T; // reason: a stub
}

it('hears of a part that fails while nobody waits for it yet, as a database that is gone makes it', async () => {
  const away = new Error('away');
  const part = Promise.reject(away);
  const heard = jest.spyOn(part, 'then');
  const settled: unknown[] = [];
  const run = new RunAudience(
    stub({ read: () => Promise.resolve({ state: 'running' }) }),
    stub({}),
    stub({ do: () => Promise.resolve(true) }),
    stub({ next: () => part }),
    stub({}),
    stub({
      giveWay: () => Promise.resolve(expect(heard).toHaveBeenCalled()),
      settle: (corpId: CorpId, audience: unknown, error: unknown) => {
        settled.push(error);
        return Promise.resolve();
      },
    }),
  );
  const payload = { corpId: 'c' as CorpId, audienceId: 'a' };
  await run.run(payload, { attempt: 1, attemptsMax: 14, signal: new AbortController().signal });
  expect(settled).toEqual([away]);
});
