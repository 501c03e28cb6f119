import { IDENTIFIER_KINDS, type IdentifierKind } from './identifier.js';

/** The rules by which identifiers put customers together (docs/adr/0016). Constants: nobody would tune them per corp. */

/** Place in the order of trust; a smaller one decides first. */
export function rankOf(kind: IdentifierKind): number {
  return IDENTIFIER_KINDS.indexOf(kind);
}

/**
 * A value that more customers hold links nobody: it is a front desk's phone, a test number, a placeholder. A person has a
 * customer in each of a few systems, seldom more; an id that its own system makes unique is shared by mistake less often.
 */
export const HOLDERS_MAX: Readonly<Record<IdentifierKind, number>> = {
  unionid: 20,
  external_userid: 20,
  openid: 20,
  phone: 5,
  email: 5,
  external_id: 20,
};
export const HOLDERS_MAX_OF_ALL = Math.max(...Object.values(HOLDERS_MAX));

/**
 * Of these one person has one only (an openid for each appid, an external id for each system), so two persons with
 * different ones are never put together without a human. A person may well have two phones.
 */
const SINGLE: readonly IdentifierKind[] = ['unionid', 'external_userid', 'openid', 'external_id'];

export function isSingle(kind: IdentifierKind): boolean {
  return SINGLE.includes(kind);
}

/** Nobody has so many accounts; beyond that a mistake would grow by itself. */
export const PERSON_CUSTOMERS_MAX = 100;

/** What all sources tell of one customer. Nobody has so many; who has is a program that writes the same customer by mistake. */
export const CUSTOMER_IDENTIFIERS_MAX = 200;
