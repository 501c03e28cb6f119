import { randomBytes } from 'node:crypto';
import { MasterKeys } from '../crypto/master-keys.js';
import { Signatures } from './signatures.js';

const [older, newer] = ['older', 'newer'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
const under = (masterKeys: string) => new Signatures(MasterKeys.load({ masterKeys, dataDir: '' }));

describe('signatures', () => {
  it('of the key before hold while a rotation runs, and end with that key', () => {
    const before = under(`${older}`).sign('cursor:a');
    const during = under(`${newer},${older}`);
    expect(during.verify('cursor:a', before)).toBe(true);
    expect(during.verify('cursor:b', before)).toBe(false);
    expect(during.verify('cursor:a', '')).toBe(false);
    expect(during.sign('cursor:a')).toBe(under(`${newer}`).sign('cursor:a'));
    expect(under(`${newer}`).verify('cursor:a', before)).toBe(false);
  });
});
