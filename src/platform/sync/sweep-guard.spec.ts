import { needsConfirmation } from './sweep-guard.js';

describe('sweep guard', () => {
  it('asks above the configured share of what is known, and never for five rows or fewer', () => {
    expect(needsConfirmation({ missing: 20, of: 100 }, 0.2)).toBe(false);
    expect(needsConfirmation({ missing: 21, of: 100 }, 0.2)).toBe(true);
    expect(needsConfirmation({ missing: 21, of: 100 }, 0.5)).toBe(false);
    expect(needsConfirmation({ missing: 100, of: 100 }, 1)).toBe(false);
    expect(needsConfirmation({ missing: 6, of: 100 }, 0)).toBe(true);
    expect(needsConfirmation({ missing: 5, of: 5 }, 0)).toBe(false);
    expect(needsConfirmation({ missing: 6, of: 6 }, 0.2)).toBe(true);
    expect(needsConfirmation({ missing: 0, of: 0 }, 0)).toBe(false);
  });
});
