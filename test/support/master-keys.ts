import { MasterKeys } from '../../src/platform/crypto/master-keys.js';

/** Keys of no value, made from a letter; never used outside tests. */
export function testMasterKey(id: string, letter: string): string {
  return `${id}:${Buffer.alloc(32, letter).toString('base64')}`;
}

/** `CryptoModule.withKeys(testMasterKeys())` in a module test. */
export function testMasterKeys(...keys: string[]): MasterKeys {
  return MasterKeys.load({ masterKeys: keys.join(',') || testMasterKey('t1', 'a'), dataDir: '/nonexistent' });
}
