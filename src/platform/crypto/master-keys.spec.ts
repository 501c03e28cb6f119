import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMasterKeyFile, MasterKeys } from './master-keys.js';

const base64 = (letter: string) => Buffer.alloc(32, letter).toString('base64');
let dataDir: string;
const file = () => path.join(dataDir, 'master-keys');
const load = (masterKeys?: string) => MasterKeys.load({ masterKeys, dataDir });

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-keys-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('master keys', () => {
  it('are refused when nobody gives one, with the way to make one in two languages', () => {
    for (const nothing of [undefined, '', '  ']) {
      expect(() => load(nothing)).toThrow(/No master keys[^]*未提供主密钥[^]*openssl rand -base64 32/);
    }
  });

  it.each([
    ['no id', base64('a')],
    ['an empty id', `:${base64('a')}`],
    ['an upper-case id', `K1:${base64('a')}`],
    ['an id of 17 characters', `${'k'.repeat(17)}:${base64('a')}`],
    ['31 bytes', `k1:${Buffer.alloc(31, 'a').toString('base64')}`],
    ['33 bytes', `k1:${Buffer.alloc(33, 'a').toString('base64')}`],
    ['letters that are not base64', `k1:${base64('a').replace('Y', '!')}`],
    ['base64url', `k1:${Buffer.alloc(32, 0xff).toString('base64url')}=`],
    ['an empty place', `k1:${base64('a')},`],
    ['an id twice', `k1:${base64('a')},k1:${base64('b')}`],
    ['a key twice', `k1:${base64('a')},k2:${base64('a')}`],
  ])('are refused with %s, without showing the key', (_what, text) => {
    let shown = '';
    try {
      load(text);
    } catch (error) {
      shown = String(error);
    }
    expect(shown).toContain('openssl rand');
    expect(shown).not.toContain(base64('a').slice(0, 12));
  });

  it('accept an id of 16 characters and any space around the entries', () => {
    const keys = load(` ${'k'.repeat(16)}:${base64('a')} , old:${base64('b')}\n`);
    expect(keys.ids).toEqual(['k'.repeat(16), 'old']);
    expect(keys.currentId).toBe('k'.repeat(16));
  });

  it('come from a file that only its owner can read', () => {
    writeFileSync(file(), `f1:${base64('a')}\n`, { mode: 0o600 });
    expect(load().ids).toEqual(['f1']);
    for (const mode of [0o640, 0o604, 0o660, 0o644, 0o700, 0o400]) {
      chmodSync(file(), mode);
      expect(() => load()).toThrow(/chmod 600/);
    }
  });

  it('do not follow a link, and prefer what the environment says', () => {
    const elsewhere = path.join(dataDir, 'elsewhere');
    writeFileSync(elsewhere, `f1:${base64('a')}`, { mode: 0o600 });
    symlinkSync(elsewhere, file());
    expect(() => load()).toThrow(/cannot be read/);
    expect(load(`e1:${base64('b')}`).ids).toEqual(['e1']);
  });

  it('are written once for the demo', () => {
    createMasterKeyFile(dataDir);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const first = load().checkOf('demo');
    createMasterKeyFile(dataDir);
    expect(load().checkOf('demo')).toBe(first);
  });

  it('give another sub-key to each purpose and each key', () => {
    const keys = load(`k1:${base64('a')},k2:${base64('b')}`);
    const all = keys.ids.flatMap((id) =>
      (['envelope', 'blind-index', 'key-check', 'cursor'] as const).map((purpose) =>
        keys.subKey(id, purpose).toString('hex'),
      ),
    );
    expect(new Set(all).size).toBe(8);
    expect(all.every((key) => key.length === 64)).toBe(true);
    expect(JSON.stringify(keys)).toBe('{"ids":["k1","k2"]}');
  });
});
