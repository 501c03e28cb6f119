import { meaningOfErrcode } from './errcodes.js';
import { WecomApiError } from './wecom-api-error.js';

describe('errcode table', () => {
  it.each([
    [-1, 'retry', true],
    [40014, 'refresh', true],
    [42001, 'refresh', true],
    [45009, 'throttle', true],
    [45033, 'throttle', true],
    [41063, 'later', true],
    [40001, 'config', false],
    [48002, 'config', false],
    [60020, 'config', false],
    [40096, 'fail', false],
    [48011, 'fail', false],
    [50100, 'fail', false],
    [84061, 'fail', false],
    [999_999, 'fail', false],
  ] as const)('%i means %s', (errcode, action, retryable) => {
    expect(WecomApiError.refused('user/get', errcode)).toMatchObject({
      errcode,
      action,
      retryable,
      api: 'user/get',
    });
  });

  it('has both languages', () => {
    expect(meaningOfErrcode(60020)).toEqual({
      action: 'config',
      en: 'calls from this IP address are not allowed',
      zh: '调用 IP 不在可信名单',
    });
  });
});
