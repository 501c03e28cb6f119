export const scopeModules = [
  'customers',
  'staff',
  'segments',
  'group-chats',
  'operations',
  'callbacks',
  'connections',
  'jobs',
  'welcome',
  'loyalty',
  'coupons',
] as const;
export const scopeActions = ['read', 'write', 'approve'] as const;
/** Whole phone numbers and other personal data that everybody else sees masked. */
export const REVEAL_SCOPE = 'customers:reveal';
/** What the till of a store needs: redeem, lock and take back, and nothing that makes coupons. */
export const REDEEM_SCOPE = 'coupons:redeem';

/** What a corp key may do: a module and an action. */
export type Scope =
  | `${(typeof scopeModules)[number]}:${(typeof scopeActions)[number]}`
  | typeof REVEAL_SCOPE
  | typeof REDEEM_SCOPE;

/**
 * What an endpoint asks of the key: a scope of corp keys; `operator` for keys of the deployment, which connect corps and
 * issue corp keys; `any` for every valid key; `public` for no key at all (only paths that `public-paths.ts` lists).
 */
export type EndpointScope = Scope | 'operator' | 'any' | 'public';

export const allScopes: readonly Scope[] = [
  ...scopeModules.flatMap((module) => scopeActions.map((action): Scope => `${module}:${action}`)),
  REVEAL_SCOPE,
  REDEEM_SCOPE,
];
