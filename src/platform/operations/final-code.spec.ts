import { defineErrors } from '../errors/app-error.js';
import { finalCodeOf } from './final-code.js';
import { operationsErrors } from './operations.errors.js';

const errors = defineErrors('final_code', {
  fault: { kind: 'unprocessable', en: 'x', zh: 'x' },
  contradiction: { kind: 'conflict', en: 'x', zh: 'x' },
  missing: { kind: 'not_found', en: 'x', zh: 'x' },
  busy: { kind: 'conflict', en: 'x', zh: 'x', retryable: true },
  away: { kind: 'unavailable', en: 'x', zh: 'x' },
});
const first = { attempt: 1, attemptsMax: 3 };
const last = { attempt: 3, attemptsMax: 3 };

it('knows at once what no further attempt would change', () => {
  for (const error of [errors.fault(), errors.contradiction(), errors.missing()])
    expect(finalCodeOf(error, first)).toBe(error.code);
});

it('tries again as often as the job may, and then gives up without telling what broke', () => {
  for (const error of [errors.busy(), errors.away(), new Error('secret')]) {
    expect(() => finalCodeOf(error, first)).toThrow(error);
    expect(finalCodeOf(error, last)).toBe('http.internal');
  }
});

it('has nothing to say when a person has ended it', () => {
  expect(finalCodeOf(operationsErrors.state_conflict(), last)).toBeUndefined();
});

it('never gives up because nobody was there to be asked: that attempt is given back', () => {
  const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(() => finalCodeOf(away, last)).toThrow(away);
});
