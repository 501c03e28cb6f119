import { toPublicId } from '../context/typed-id.js';
import {
  BooleanField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../http/fields.js';
import type { NewApiKey } from './api-key-store.js';
import { KEY_ID_PREFIX, keyPrefix } from './key-text.js';
import { isLive } from './authenticator.js';
import { allScopes, type Scope } from './scopes.js';

const NAME_MAX = 100;
const OVERLAP_HOURS_DEFAULT = 24;
const OVERLAP_HOURS_MAX = 720;
const EXPIRES_DAYS_MAX = 3_650;
const STORES_MAX = 200;
const STORE_CODE_MAX = 64;
const STORES_EXAMPLE = ['SH-01'];
const SCOPES_EXAMPLE = ['customers:read', 'segments:read'];
const PREFIX_EXAMPLE = 'scrm_corp_01jd3q4mfaeq6v5c0qd8y3y5za';

export class CreateKeyBody {
  @TextField({ max: NAME_MAX, example: 'CRM integration' })
  name: string;

  @TextField({
    max: NAME_MAX,
    example: 'it-team',
    description: 'who is responsible; idempotency keys belong to the owner',
  })
  owner: string;

  @ListField({ values: allScopes }, { minItems: 1, maxItems: allScopes.length, example: SCOPES_EXAMPLE })
  scopes: Scope[];

  @IntegerField({ min: 1, max: EXPIRES_DAYS_MAX, optional: true, example: 365 })
  expiresInDays?: number;

  @ListField('text', {
    minItems: 1,
    maxItems: STORES_MAX,
    maxLength: STORE_CODE_MAX,
    optional: true,
    example: STORES_EXAMPLE,
    description:
      'codes of the stores that the key keeps to; all when left out. It then reaches only the endpoints that keep to stores, such as the redemption desk',
  })
  storeCodes?: string[];
}

export class RotateKeyBody {
  @IntegerField({ min: 0, max: OVERLAP_HOURS_MAX, optional: true, example: OVERLAP_HOURS_DEFAULT })
  overlapHours: number = OVERLAP_HOURS_DEFAULT;
}

export class KeyView {
  @PublicIdField(KEY_ID_PREFIX)
  id: string;

  @TextField({ max: NAME_MAX, example: PREFIX_EXAMPLE, description: 'how the key begins' })
  prefix: string;

  @TextField({ max: NAME_MAX, example: 'CRM integration' })
  name: string;

  @TextField({ max: NAME_MAX, example: 'it-team' })
  owner: string;

  @ListField({ values: allScopes }, { maxItems: allScopes.length, example: SCOPES_EXAMPLE })
  scopes: Scope[];

  @ListField('text', {
    maxItems: STORES_MAX,
    maxLength: STORE_CODE_MAX,
    nullable: true,
    example: STORES_EXAMPLE,
    description: 'null: bound to no store',
  })
  storeCodes: string[] | null;

  @BooleanField({ example: true, description: 'neither revoked nor expired' })
  live: boolean;

  @TimeField()
  createdAt: Date;

  @TimeField({ nullable: true })
  expiresAt: Date | null;

  @TimeField({ nullable: true, example: null })
  revokedAt: Date | null;

  @TimeField({ nullable: true, description: 'exact to a minute' })
  lastUsedAt: Date | null;

  @PublicIdField(KEY_ID_PREFIX, { nullable: true, example: null })
  rotatedFrom: string | null;
}

export class IssuedKeyView extends KeyView {
  @TextField({
    max: NAME_MAX,
    example: `${PREFIX_EXAMPLE}_EXAMPLExEXAMPLExEXAMPLExEXAMPLE000000`,
    description: 'shown this once · 仅显示一次',
  })
  key: string;
}

interface Shown extends NewApiKey {
  readonly revokedAt?: Date | null;
  readonly lastUsedAt?: Date | null;
}

export function keyView(key: Shown, now: Date): KeyView {
  const revokedAt = key.revokedAt ?? null;
  return {
    id: toPublicId(KEY_ID_PREFIX, key.id),
    prefix: keyPrefix(key.kind, key.id),
    name: key.name,
    owner: key.owner,
    scopes: key.scopes,
    storeCodes: key.storeCodes,
    live: isLive({ revokedAt, expiresAt: key.expiresAt }, now),
    createdAt: key.createdAt,
    expiresAt: key.expiresAt,
    revokedAt,
    lastUsedAt: key.lastUsedAt ?? null,
    rotatedFrom: key.rotatedFrom && toPublicId(KEY_ID_PREFIX, key.rotatedFrom),
  };
}
