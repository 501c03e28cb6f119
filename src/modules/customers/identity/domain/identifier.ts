import { maskPhone, normalisePhone } from '../../contacts/domain/phone-number.js';

/** What leads to a customer, the most reliable first: the order in which persons are put together. */
export const IDENTIFIER_KINDS = [
  'unionid',
  'external_userid',
  'openid',
  'phone',
  'email',
  'external_id',
] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

export const IDENTIFIER_VALUE_MAX = 128;
export const NAMESPACE_MAX = 64;

/** As callers say it. */
export interface GivenIdentifier {
  readonly kind: IdentifierKind;
  /** The appid of an openid, the system (crm, shop, douyin …) of an external id; no other kind has one. */
  readonly namespace?: string | undefined;
  readonly value: string;
}

/** Normalised: equal ones lead to the same customers. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
}

const NAMESPACED: readonly IdentifierKind[] = ['openid', 'external_id'];
const NAMESPACE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const ID = /^[\x21-\x7e]{1,128}$/;
const EXTERNAL_ID = /^\S(.{0,126}\S)?$/su;
const EMAIL = /^[^\s@|]{1,64}@[^\s@|.]+(\.[^\s@|.]+)+$/;
const PHONE_DIGITS_MIN = 5;
const PHONE_DIGITS_MAX = 20;
const SHOWN = 4;
/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** @returns undefined when the value is none of its kind, or the namespace is missing or too much. */
export function parseIdentifier({ kind, namespace = '', value }: GivenIdentifier): Identifier | undefined {
  const named = NAMESPACED.includes(kind) ? NAMESPACE.test(namespace) : namespace === '';
  const normalised = normalise(kind, value);
  if (!named || normalised === undefined) return undefined;
  // systems are our callers' own words; WeChat's appids keep their letters
  return { kind, namespace: kind === 'external_id' ? namespace.toLowerCase() : namespace, value: normalised };
}

function normalise(kind: IdentifierKind, value: string): string | undefined {
  const text = value.normalize('NFKC').trim();
  if (text.length > IDENTIFIER_VALUE_MAX || UNSTORABLE.test(text)) return undefined;
  switch (kind) {
    case 'phone': {
      const digits = normalisePhone(text);
      return digits.length >= PHONE_DIGITS_MIN && digits.length <= PHONE_DIGITS_MAX ? digits : undefined;
    }
    case 'email':
      return EMAIL.test(text) ? text.toLowerCase() : undefined;
    case 'external_id':
      return EXTERNAL_ID.test(text) ? text : undefined;
    case 'unionid':
    case 'external_userid':
    case 'openid':
      return ID.test(text) ? text : undefined;
  }
}

/** One text for kind, namespace and value: what is hashed, sealed and compared. */
export function identifierText({ kind, namespace, value }: Identifier): string {
  return `${kind}|${namespace}|${value}`;
}

export function identifierOfText(text: string): Identifier {
  const [kind = '', namespace = ''] = text.split('|', 2);
  const value = text.slice(kind.length + namespace.length + 2);
  return { kind: kind as IdentifierKind, namespace, value }; // reason: identifierText wrote it
}

/** What everybody may see of it, by whole characters: half a surrogate pair cannot be stored. */
export function maskIdentifier({ kind, value }: Identifier): string {
  if (kind === 'phone') return maskPhone(value);
  const letters = [...value];
  if (kind === 'email') return `${letters[0] ?? ''}****${value.slice(value.indexOf('@'))}`;
  return letters.length > 2 * SHOWN ? `****${letters.slice(-SHOWN).join('')}` : '****';
}
