import { toPublicId } from '../../../../platform/context/typed-id.js';
import { EnumField, PublicIdField, TextField, TimeField } from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { type BlacklistEntry, type Consent, CONSENT_STATES, type ConsentState } from '../domain/records.js';

export const BLACKLIST_ID_PREFIX = 'blk';
export const CONSENT_ID_PREFIX = 'cst';
const REASON_MAX = 500;
const EVIDENCE_MAX = 1_000;
const BY_MAX = 200;

export class ReasonDto {
  @TextField({ max: REASON_MAX, example: '恶意退款' })
  reason: string;
}

export class ConsentDto {
  @TextField({
    max: 64,
    pattern: /^[a-z][a-z0-9_]*$/,
    example: 'marketing',
    description: "the corp's own word",
  })
  purpose: string;

  @EnumField(CONSENT_STATES, { example: 'granted' })
  state: ConsentState;

  @TextField({
    max: EVIDENCE_MAX,
    example: '门店会员登记表 2026-0312',
    description: 'where it can be looked up: a form, a recording, a document',
  })
  evidence: string;

  @TimeField({ optional: true, stored: true, description: 'default now' })
  happenedAt?: Date;
}

export class BlacklistEntryView {
  @PublicIdField(BLACKLIST_ID_PREFIX)
  id: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: REASON_MAX, example: '恶意退款' })
  reason: string;

  @TimeField()
  placedAt: string;

  @TextField({ max: BY_MAX, example: 'service-desk' })
  placedBy: string;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  liftReason: string | null;

  @TimeField({ nullable: true, example: null, description: 'null: stands' })
  liftedAt: string | null;

  @TextField({ max: BY_MAX, nullable: true, example: null })
  liftedBy: string | null;

  static of(this: void, entry: BlacklistEntry): BlacklistEntryView {
    return {
      ...entry,
      id: toPublicId(BLACKLIST_ID_PREFIX, entry.id),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, entry.customerId),
      placedAt: entry.placedAt.toISOString(),
      liftedAt: entry.liftedAt?.toISOString() ?? null,
    };
  }
}

export class ConsentView {
  @PublicIdField(CONSENT_ID_PREFIX)
  id: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: 64, example: 'marketing' })
  purpose: string;

  @EnumField(CONSENT_STATES, { example: 'granted' })
  state: ConsentState;

  @TextField({ max: EVIDENCE_MAX, example: '门店会员登记表 2026-0312' })
  evidence: string;

  @TimeField()
  happenedAt: string;

  @TimeField()
  recordedAt: string;

  @TextField({ max: BY_MAX, example: 'service-desk' })
  recordedBy: string;

  static of(this: void, consent: Consent): ConsentView {
    return {
      ...consent,
      id: toPublicId(CONSENT_ID_PREFIX, consent.id),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, consent.customerId),
      happenedAt: consent.happenedAt.toISOString(),
      recordedAt: consent.recordedAt.toISOString(),
    };
  }
}
