import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const KEY_BYTES = 32;
const KEY_ID = /^[a-z0-9-]{1,16}$/;
/** 32 bytes are 43 base64 characters and one `=`; `Buffer.from` alone would skip any letter that is not base64. */
const KEY_BASE64 = /^[A-Za-z0-9+/]{43}=$/;
const FILE_NAME = 'master-keys';
const FILE_MODE = 0o600;

/** What a sub-key is for. Two purposes never share a key, so a weakness of one use does not reach another. */
export type KeyPurpose = 'envelope' | 'blind-index' | 'key-check' | 'cursor';

/** The start is refused: the message is for the operator, in English and Chinese, and holds no key material. */
export class MasterKeysError extends Error {
  constructor(en: string, zh: string) {
    super([en, zh, HOW_TO].join('\n'));
    this.name = 'MasterKeysError';
  }
}

const HOW_TO = [
  'Make a key / 生成密钥:  openssl rand -base64 32',
  'Give it / 提供密钥:     MASTER_KEYS=k1:<base64>   (several: the first seals, all open / 多个时第一个用于加密: k2:<base64>,k1:<base64>)',
  `or / 或:                the same text in <DATA_DIR>/${FILE_NAME}, mode 0600 / 同样内容写入该文件，权限 0600`,
].join('\n');

/**
 * The deployment's master keys: key-encryption keys and blind-index pepper come from them by HKDF-SHA256.
 * They are given by MASTER_KEYS or a 0600 file, never by the database or a default.
 */
export class MasterKeys {
  private readonly subKeys = new Map<string, Buffer>();

  private constructor(private readonly keys: ReadonlyMap<string, Buffer>) {}

  /**
   * Reads `masterKeys` (`id:base64,id2:base64`, 32 bytes each) or, when it is not given, `<dataDir>/master-keys`.
   * @throws MasterKeysError when there is no key, or one that is not well formed.
   */
  static load(source: { masterKeys?: string | undefined; dataDir: string }): MasterKeys {
    const text = source.masterKeys?.trim() || readKeyFile(path.join(source.dataDir, FILE_NAME));
    return new MasterKeys(parseKeys(text));
  }

  /** The newest first. */
  get ids(): readonly string[] {
    return [...this.keys.keys()];
  }

  /** The key that seals; the others only open. */
  get currentId(): string {
    const [first] = this.keys.keys();
    if (first === undefined) throw new Error('master keys are never empty');
    return first;
  }

  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  /** A 32-byte key for one purpose, made once: a bulk call asks for it thousands of times. @throws when the master key is not held. */
  subKey(keyId: string, purpose: KeyPurpose): Buffer {
    const known = this.subKeys.get(`${keyId}/${purpose}`);
    if (known) return known;
    const master = this.keys.get(keyId);
    if (!master) throw new Error(`master key ${keyId} is not held`);
    const made = Buffer.from(hkdfSync('sha256', master, '', `wecom-scrm/${purpose}/v1`, KEY_BYTES));
    this.subKeys.set(`${keyId}/${purpose}`, made);
    return made;
  }

  /** Proves which key an id meant when it was first used, without telling anything about it. */
  checkOf(keyId: string): string {
    return createHmac('sha256', this.subKey(keyId, 'key-check')).update('wecom-scrm').digest('base64url');
  }

  /** Key material must not reach a log by accident. */
  toJSON(): object {
    return { ids: this.ids };
  }
}

/**
 * Writes a fresh key to `<dataDir>/master-keys` unless the file exists. Only the demo may call it: everywhere else the
 * operator keeps the key apart from the data.
 */
export function createMasterKeyFile(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, FILE_NAME);
  const draft = `${file}.${process.pid}`;
  // Written aside and linked: a process that is killed in between leaves no half key, and two starters agree on one.
  writeFileSync(draft, `demo:${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: FILE_MODE });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readKeyFile(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new MasterKeysError('No master keys are given.', '未提供主密钥。');
    throw new MasterKeysError(`${file} cannot be read.`, `无法读取 ${file}。`);
  }
  try {
    const mode = fstatSync(descriptor).mode & 0o777;
    if (mode !== FILE_MODE) {
      const text = mode.toString(8).padStart(4, '0');
      throw new MasterKeysError(
        `${file} has mode ${text}: others must not read it (chmod 600).`,
        `${file} 的权限为 ${text}，必须为 0600（chmod 600）。`,
      );
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function parseKeys(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const [index, entry] of text.trim().split(',').entries()) {
    const [id = '', base64 = ''] = entry.trim().split(/:(.*)/s);
    const place = `${index + 1}`;
    if (!KEY_ID.test(id)) {
      throw new MasterKeysError(
        `Master key ${place} has no id of 1 to 16 letters a-z, digits or "-" before its colon.`,
        `第 ${place} 个主密钥冒号前缺少合法编号（1–16 位 a-z、数字或 "-"）。`,
      );
    }
    if (!KEY_BASE64.test(base64)) {
      throw new MasterKeysError(
        `Master key "${id}" is not base64 of 32 bytes.`,
        `主密钥 "${id}" 不是 32 字节的 base64。`,
      );
    }
    const key = Buffer.from(base64, 'base64');
    if (keys.has(id) || [...keys.values()].some((other) => timingSafeEqual(other, key))) {
      throw new MasterKeysError(`Master key "${id}" is given twice.`, `主密钥 "${id}" 重复。`);
    }
    keys.set(id, key);
  }
  return keys;
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
