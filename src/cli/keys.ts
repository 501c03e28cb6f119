/**
 * `npm run keys -- create | list | revoke KEY_ID | rotate`: what must work before there is a key for the API, and with the
 * database alone. `rotate` re-encrypts under the newest of MASTER_KEYS.
 */
import 'reflect-metadata';
import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { ApiKeys, type KeyOrder } from '../platform/auth/api-keys.js';
import { isLive } from '../platform/auth/authenticator.js';
import { KEY_ID_PREFIX, keyPrefix } from '../platform/auth/key-text.js';
import { KeysCommandModule } from '../platform/auth/keys-command.module.js';
import { CORP_ID_PREFIX } from '../platform/auth/scope.guard.js';
import { allScopes, type Scope } from '../platform/auth/scopes.js';
import { Clock } from '../platform/clock/clock.js';
import { Ids } from '../platform/clock/ids.js';
import { AppConfig } from '../platform/config/app-config.js';
import { requestContext } from '../platform/context/request-context.js';
import { type CorpId, parsePublicId, toPublicId } from '../platform/context/typed-id.js';
import { MasterKeys } from '../platform/crypto/master-keys.js';
import { rotateMasterKeys } from '../platform/crypto/rotate-master-keys.js';

type Print = (line: string) => void;

const USAGE = [
  'npm run keys -- create --operator --owner NAME [--name TEXT] [--expires-days N]',
  '  Makes an operator key and shows it once | 创建运维密钥，仅显示一次',
  'npm run keys -- create --corp CORP_ID --scopes A,B [--stores CODE,CODE] --owner NAME [--name TEXT] [--expires-days N]',
  '  Makes a key of a corp, which may keep to stores | 创建企业密钥，可限定门店',
  'npm run keys -- list            Shows all keys, never their secrets | 列出密钥（不含密文）',
  'npm run keys -- revoke KEY_ID   Effective within a second | 吊销密钥，一秒内生效',
  'npm run keys -- rotate          Seals secrets anew under the first of MASTER_KEYS | 用 MASTER_KEYS 的第一个密钥重新加密',
].join('\n');
const NAME_MAX = 100;

/** @returns the exit code: 0 done, 1 failed, 2 not understood. */
export async function keys(args: string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const command = readCommand(args);
  if (!command) {
    print(USAGE);
    return 2;
  }
  try {
    const config = AppConfig.fromEnvironment(env);
    await (command.name === 'rotate'
      ? rotate(config, print)
      : withKeys(config, (parts) => run(command, parts, print)));
    return 0;
  } catch (error) {
    // the message alone: a stack or the error's fields could show the URL with its password
    print(`Failed | 失败: ${error instanceof Error ? error.message : 'unknown error'}`);
    return 1;
  }
}

type Command =
  | { name: 'create'; order: KeyOrder; corp: { id: CorpId; scopes: readonly Scope[] } | undefined }
  | { name: 'revoke'; keyId: string }
  | { name: 'list' | 'rotate' };

function readCommand(args: string[]): Command | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        operator: { type: 'boolean', default: false },
        corp: { type: 'string' },
        scopes: { type: 'string' },
        stores: { type: 'string' },
        owner: { type: 'string' },
        name: { type: 'string' },
        'expires-days': { type: 'string' },
      },
    });
    const [name, id, ...rest] = positionals;
    if (rest.length > 0) return undefined;
    if (name === 'create' && id === undefined) return readCreate(values);
    if (name === 'revoke' && id) {
      const keyId = parsePublicId(KEY_ID_PREFIX, id);
      return keyId === undefined ? undefined : { name, keyId };
    }
    return (name === 'list' || name === 'rotate') && id === undefined ? { name } : undefined;
  } catch {
    return undefined; // parseArgs explains in English only; the usage says it in both languages
  }
}

interface CreateOptions {
  readonly operator: boolean;
  readonly corp?: string;
  readonly scopes?: string;
  readonly stores?: string;
  readonly owner?: string;
  readonly name?: string;
  readonly 'expires-days'?: string;
}

function readCreate(options: CreateOptions): Command | undefined {
  const { operator, corp, scopes, stores, owner, name, 'expires-days': days } = options;
  if (!owner || owner.length > NAME_MAX || (name?.length ?? 0) > NAME_MAX) return undefined;
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) return undefined;
  const order = { owner, name, expiresInDays: days === undefined ? undefined : Number(days) };
  if (operator) {
    return corp || scopes || stores ? undefined : { name: 'create', order, corp: undefined };
  }
  const id = corp === undefined ? undefined : parsePublicId(CORP_ID_PREFIX, corp);
  const asked = textsOf(scopes);
  const known = allScopes.filter((scope) => asked.includes(scope));
  if (id === undefined || known.length === 0 || known.length < asked.length) return undefined;
  const storeCodes = stores === undefined ? undefined : textsOf(stores);
  if (storeCodes?.length === 0) return undefined; // asked for and forgotten must not mean all of them
  return { name: 'create', order: { ...order, storeCodes }, corp: { id: id as CorpId, scopes: known } };
}

function textsOf(list = ''): string[] {
  return [...new Set(list.split(',').map((text) => text.trim()))].filter((text) => text !== '');
}

interface Parts {
  readonly apiKeys: ApiKeys;
  readonly clock: Clock;
}

async function withKeys(config: AppConfig, work: (parts: Parts) => Promise<void>): Promise<void> {
  const app = await NestFactory.createApplicationContext(KeysCommandModule.connect(config), {
    logger: false,
    abortOnError: false,
  });
  const actor = { kind: 'cli', id: 'keys', label: userInfo().username } as const;
  try {
    const parts = { apiKeys: app.get(ApiKeys), clock: app.get(Clock) };
    await requestContext.run({ requestId: app.get(Ids).next(), actor }, () => work(parts));
  } finally {
    await app.close();
  }
}

async function run(command: Command, { apiKeys, clock }: Parts, print: Print): Promise<void> {
  if (command.name === 'create') {
    const { order, corp } = command;
    const { id, key } = corp
      ? await apiKeys.createCorpKeyHere(corp.id, order, corp.scopes)
      : await apiKeys.createOperatorKey(order);
    print(`${key}`);
    print(`# ${toPublicId(KEY_ID_PREFIX, id)}: shown this once, keep it safe | 仅显示一次，请妥善保存`);
  } else if (command.name === 'revoke') {
    await apiKeys.revoke(command.keyId);
    print('Revoked, effective within a second. 已吊销，一秒内生效。');
  } else {
    const now = clock.now();
    for (const key of await apiKeys.listAll()) {
      const state = isLive(key, now) ? 'live | 有效' : 'not live | 失效';
      print(
        [toPublicId(KEY_ID_PREFIX, key.id), keyPrefix(key.kind, key.id), key.owner, key.name, state].join(
          '  ',
        ),
      );
    }
  }
}

async function rotate(config: AppConfig, print: Print): Promise<void> {
  await import('../app.module.js'); // its modules register the columns that hold envelopes
  const masterKeys = MasterKeys.load(config);
  const { resealed, damaged, unusedKeyIds } = await rotateMasterKeys({
    databaseUrl: config.databaseUrl,
    masterKeys,
    print,
  });
  print(`${resealed} sealed anew, ${damaged} damaged. 重新加密 ${resealed} 项，损坏 ${damaged} 项。`);
  print(`No longer needed | 不再需要的密钥: ${unusedKeyIds.join(', ') || '-'}`);
}

const isEntry =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) {
  process.exitCode = await keys(process.argv.slice(2), process.env, (line) =>
    process.stdout.write(`${line}\n`),
  );
}
