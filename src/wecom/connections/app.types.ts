export const appKinds = ['self_built', 'directory_assistant'] as const;

/** 自建应用, or the 通讯录同步 assistant, of which a corp has at most one. */
export type AppKind = (typeof appKinds)[number];

export const appStates = ['unverified', 'valid', 'rejected'] as const;

/** What WeCom thinks of the secret: not asked yet, accepted, or rejected (nothing is sent until it changes). */
export type AppState = (typeof appStates)[number];

/** From 接收消息 of the app in the admin console. */
export interface CallbackPair {
  readonly token: string;
  readonly encodingAesKey: string;
}

export interface AppOrder {
  readonly kind: AppKind;
  readonly agentId?: number;
  readonly name?: string;
  readonly secret: string;
  readonly callback?: CallbackPair;
}

/** An app without its secrets. */
export interface App {
  readonly id: string;
  readonly kind: AppKind;
  readonly agentId: number | null;
  readonly name: string;
  readonly state: AppState;
  readonly secretVersion: number;
  readonly checkedAt: Date | null;
  readonly problemErrcode: number | null;
  readonly problemApi: string | null;
  readonly problemAt: Date | null;
}
