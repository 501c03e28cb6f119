import { needsConfirmation } from './sweep-guard.js';

describe('sweep guard', () => {
  it('asks above a fifth of what is known, and never for five rows or fewer', () => {
    expect(needsConfirmation({ missing: 20, of: 100 })).toBe(false);
    expect(needsConfirmation({ missing: 21, of: 100 })).toBe(true);
    expect(needsConfirmation({ missing: 5, of: 5 })).toBe(false);
    expect(needsConfirmation({ missing: 6, of: 6 })).toBe(true);
    expect(needsConfirmation({ missing: 0, of: 0 })).toBe(false);
  });
});
