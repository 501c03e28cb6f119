import { randomBytes } from 'node:crypto';
import { allScopes, type Scope } from '../platform/auth/scopes.js';
import type { CallbackPlace, Sandbox } from '../sandbox/index.js';
import type { ApiCalls } from './api-calls.js';

interface AppView {
  id: string;
  kind: 'self_built' | 'directory_assistant';
  callbackPath: string;
}
interface CorpView {
  id: string;
  wecomCorpId: string;
  apps: AppView[];
}
interface KeyView {
  id: string;
  name: string;
  revokedAt?: string | null;
}

/** The owner has the same name. Two of them: who drafts a batch of coupons is not who approves it. */
const DEMO_KEYS: Readonly<Record<'demo' | 'demo approver', readonly Scope[]>> = {
  demo: allScopes,
  'demo approver': ['coupons:read', 'coupons:approve'],
};

/**
 * Connects the sandbox's corp through the public API, as a company would: corp, apps, callback URLs in the console.
 * The callback credentials are made anew at each start, because the address of the demo may have changed.
 * @returns the public id of the corp and fresh keys for it; those of the start before are revoked.
 */
export async function connectDemoCorp(
  operator: ApiCalls,
  sandbox: Sandbox,
  appUrl: string,
): Promise<{ corpId: string; key: string; approverKey: string }> {
  const { corp, pairs } = (await reconnect(operator, sandbox)) ?? (await connect(operator, sandbox));
  for (const app of corp.apps) {
    const pair = pairs.get(app.kind);
    if (!pair) throw new Error(`the demo knows no callback place for an app of kind ${app.kind}`);
    const saved = await sandbox.control.saveCallback({
      place: placeOf(app.kind),
      url: `${appUrl}${app.callbackPath}`,
      ...pair,
    });
    if (!saved.saved) throw new Error(`the sandbox refused the callback URL: ${saved.reason.en}`);
  }
  return {
    corpId: corp.id,
    key: await freshKey(operator, corp.id, 'demo'),
    approverKey: await freshKey(operator, corp.id, 'demo approver'),
  };
}

interface CallbackPair {
  token: string;
  encodingAesKey: string;
}
type Pairs = Map<AppView['kind'], CallbackPair>;

async function connect(operator: ApiCalls, sandbox: Sandbox): Promise<{ corp: CorpView; pairs: Pairs }> {
  const demo = sandbox.control.corp();
  const pairs: Pairs = new Map([
    ['self_built', randomPair()],
    ['directory_assistant', randomPair()],
  ]);
  const corp = await operator.post<CorpView>('/v1/corps', {
    wecomCorpId: demo.corpId,
    name: demo.name,
    timeZone: 'Asia/Shanghai',
    languages: ['zh-CN', 'en'],
    apps: [
      {
        kind: 'self_built',
        name: 'SCRM',
        agentId: demo.agentId,
        secret: demo.appSecret,
        callback: pairs.get('self_built'),
      },
      {
        kind: 'directory_assistant',
        name: '通讯录同步',
        secret: demo.assistantSecret,
        callback: pairs.get('directory_assistant'),
      },
    ],
  });
  return { corp, pairs };
}

async function reconnect(
  operator: ApiCalls,
  sandbox: Sandbox,
): Promise<{ corp: CorpView; pairs: Pairs } | undefined> {
  const { items } = await operator.get<{ items: Omit<CorpView, 'apps'>[] }>('/v1/corps');
  const known = items.find(({ wecomCorpId }) => wecomCorpId === sandbox.control.corp().corpId);
  if (!known) return undefined;
  const corp = await operator.get<CorpView>(`/v1/corps/${known.id}`);
  const pairs: Pairs = new Map();
  for (const app of corp.apps) {
    const callback = randomPair();
    await operator.patch(`/v1/corps/${corp.id}/apps/${app.id}`, { callback });
    pairs.set(app.kind, callback);
  }
  return { corp, pairs };
}

async function freshKey(operator: ApiCalls, corpId: string, name: keyof typeof DEMO_KEYS): Promise<string> {
  const { items } = await operator.get<{ items: KeyView[] }>(`/v1/corps/${corpId}/keys`);
  for (const old of items.filter((key) => key.name === name && !key.revokedAt)) {
    await operator.delete(`/v1/corps/${corpId}/keys/${old.id}`);
  }
  const { key } = await operator.post<{ key: string }>(`/v1/corps/${corpId}/keys`, {
    name,
    owner: name,
    scopes: DEMO_KEYS[name],
  });
  return key;
}

function placeOf(kind: AppView['kind']): CallbackPlace {
  return kind === 'self_built' ? 'app' : 'assistant';
}

/** What the console's 「随机获取」 gives: letters and digits only. */
function randomPair(): CallbackPair {
  return { token: randomAlphanumeric(32), encodingAesKey: randomAlphanumeric(43) };
}

function randomAlphanumeric(length: number): string {
  let text = '';
  while (text.length < length)
    text += randomBytes(64)
      .toString('base64')
      .replace(/[^A-Za-z0-9]/g, '');
  return text.slice(0, length);
}
