import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { parsePublicId, toPublicId } from './typed-id.js';

describe('public ids', () => {
  it('are those of the library, and lead back', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const id = toPublicId('cus', uuid);
        expect(id).toBe(TypeID.fromUUID('cus', uuid).toString());
        expect(parsePublicId('cus', id)).toBe(uuid);
      }),
      { examples: [['ffffffff-ffff-ffff-ffff-ffffffffffff'], ['00000000-0000-0000-0000-000000000000']] },
    );
  });

  it('are made of UUIDs only', () => {
    for (const text of ['', 'cus_1', '0193-', '01930000-0000-7000-8001-00000000000g']) {
      expect(() => toPublicId('cus', text)).toThrow('not a UUID');
    }
  });
});
