import { type CallFailure, judge } from './verdict.js';

const refused = (errcode: number, more: Partial<CallFailure> = {}) =>
  judge({ isWelcomeCall: true, wasSent: true, errcode, retryable: false, ...more });
const final = (state: string, errcode?: number) => ({
  kind: 'final',
  outcome: { state, ...(errcode !== undefined && { errcode }) },
});

describe('the verdict about a failed call', () => {
  it('names what WeCom said of the code', () => {
    expect(refused(41051)).toEqual(final('already_delivered', 41051));
    expect(refused(41050)).toEqual(final('code_invalid', 41050));
    expect(refused(41049)).toEqual(final('code_invalid', 41049));
    expect(refused(41053)).toEqual(final('refused', 41053));
    expect(refused(99999)).toEqual(final('refused', 99999));
  });

  it('repeats only what was certainly not delivered', () => {
    for (const errcode of [41096, 45009, 45033]) expect(refused(errcode)).toEqual({ kind: 'again', errcode });
    expect(refused(0, { wasSent: false, retryable: true })).toEqual({ kind: 'again' });
    expect(refused(-1, { isWelcomeCall: false, retryable: true })).toEqual({ kind: 'again', errcode: -1 });
  });

  it('calls an answer that is lost unknown, however repeatable the error is', () => {
    expect(refused(0, { retryable: true })).toEqual(final('unknown'));
    expect(refused(0)).toEqual(final('unknown'));
    expect(refused(-1, { retryable: true })).toEqual(final('unknown', -1));
  });

  it('gives up at once what an administrator has to repair first', () => {
    expect(refused(40001, { wasSent: false })).toEqual(final('refused', 40001));
    expect(refused(0, { wasSent: false })).toEqual(final('refused'));
    expect(refused(60020, { isWelcomeCall: false })).toEqual(final('refused', 60020));
  });
});
