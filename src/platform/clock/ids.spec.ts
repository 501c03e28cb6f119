import { UuidV7Ids } from './ids.js';

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('makes ids of version 7 that say when they were made, each only once and after the one before', () => {
  const ids = new UuidV7Ids();
  const before = Date.now();
  const made = Array.from({ length: 10_000 }, () => ids.next());
  const after = Date.now();
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) {
    const [, high = '', low = ''] = UUID_V7.exec(id) ?? [];
    const at = Number.parseInt(high + low, 16);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after + 10); // a full counter borrows from the next millisecond
  }
  expect([...made].sort()).toEqual(made);
  const variants = new Set(made.map((id) => id.charAt(19)));
  expect([...variants].sort()).toEqual(['8', '9', 'a', 'b']);
});
