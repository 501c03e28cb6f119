import { decideRefusal } from './listing-refusal.js';

describe('refused listings', () => {
  it('start again on a bad cursor, whatever the size of the group', () => {
    expect(decideRefusal(50100, 1)).toBe('restart');
    expect(decideRefusal(50100, 100)).toBe('restart');
  });

  it.each([48011, 60021, 60011, 40003, 60111, 50002, 60030, 84074, 701008])(
    'isolate the staff behind %i',
    (code) => {
      expect(decideRefusal(code, 2)).toBe('divide');
      expect(decideRefusal(code, 1)).toBe('unreadable');
    },
  );

  it('read 84061 of a single staff as nobody', () => {
    expect(decideRefusal(84061, 2)).toBe('divide');
    expect(decideRefusal(84061, 1)).toBe('empty');
  });

  it.each([0, -1, 40001, 45009, 48002])('leave %i to the retries', (code) => {
    expect(decideRefusal(code, 1)).toBeUndefined();
  });
});
