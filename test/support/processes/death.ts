/**
 * Ends this process by SIGKILL where a crash does the most harm. The test says where and at which time of passing:
 * `{ type: 'die', place: 'after-commit', passing: 3 }`.
 */
import diagnostics from 'node:diagnostics_channel';
import pg from 'pg';

/** `after-wecom`: WeCom has answered, and nothing of it is recorded. */
export const DEATH_PLACES = ['before-commit', 'after-commit', 'before-completion', 'after-wecom'] as const;
type DeathPlace = (typeof DEATH_PLACES)[number];

let due: { place: DeathPlace; passing: number } | undefined;

function pass(place: DeathPlace): void {
  if (due?.place !== place) return;
  due.passing -= 1;
  if (due.passing <= 0) process.kill(process.pid, 'SIGKILL');
}

export function dieOnOrder(): void {
  process.on('message', (message: { type: string; place: DeathPlace; passing: number }) => {
    if (message.type === 'die') due = message;
  });
  diagnostics.subscribe('http.client.response.finish', () => pass('after-wecom'));
  const { query } = pg.Client.prototype;
  // reason for the cast: pg's overloads cannot be written again; what comes in is handed on
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [first] = given as [string | { text?: string } | undefined];
    const text = (typeof first === 'string' ? first : first?.text) ?? '';
    if (text === 'COMMIT') pass('before-commit');
    if (/delete\s+from\s+\S*_private_jobs/i.test(text)) pass('before-completion');
    // reason: as above
    const answer = Reflect.apply(query, this, given) as unknown;
    if (text === 'COMMIT' && answer instanceof Promise) return answer.finally(() => pass('after-commit'));
    return answer;
  } as typeof query;
}
