import { candidateKeys, targetKey, targetOf } from './target.js';

describe('targets', () => {
  it('are the same after they were stored', () => {
    const targets = [
      { scope: 'corp' },
      { scope: 'department', departmentId: 4_294_967_295 },
      { scope: 'staff', staffId: '0193b2f4-5a10-7cc0-9d3e-2f6f1c8e4b71' },
    ] as const;
    for (const target of targets) expect(targetOf(targetKey(target))).toEqual(target);
  });

  it('are tried from the member up to the corp', () => {
    const departments = [7, 9, 3, 1].map((departmentId) => ({ departmentId, name: null }));
    expect(candidateKeys({ staffId: 'a', name: null, departments })).toEqual([
      'staff:a',
      'department:7',
      'department:9',
      'department:3',
      'department:1',
      'corp',
    ]);
    expect(candidateKeys(undefined)).toEqual(['corp']);
  });
});
