export const appKinds = ['self_built', 'directory_assistant'] as const;

/** 自建应用, or the 通讯录同步 assistant, of which a corp has at most one. */
export type AppKind = (typeof appKinds)[number];

export const appStates = ['unverified', 'valid', 'rejected'] as const;

/** What WeCom thinks of the secret: not asked yet, accepted, or rejected (nothing is sent until it changes). */
export type AppState = (typeof appStates)[number];
