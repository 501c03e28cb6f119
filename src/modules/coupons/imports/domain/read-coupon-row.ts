import { dayOf, midnight } from '../../../../platform/clock/calendar.js';
import { parsePublicId } from '../../../../platform/context/typed-id.js';
import type { GivenIdentifier, SheetRow } from '../../../customers/index.js';
import { normaliseCode } from '../../codes/domain/code.js';
import { couponImportsErrors } from '../imports.errors.js';

/** Which column says what; -1: none does. */
export interface CouponColumns {
  readonly code: number;
  readonly state: number;
  readonly validFrom: number;
  readonly validUntil: number;
  readonly holder: number;
  /** What the holder's column holds; null: our own id. */
  readonly holderKind: Pick<GivenIdentifier, 'kind' | 'namespace'> | null;
}

export type Holder = { readonly customerId: string } | { readonly identifier: GivenIdentifier };

/** A row that can be imported, as far as it tells by itself. */
export interface CouponRow {
  readonly number: number;
  readonly code: string;
  /** null: nobody has it yet. */
  readonly holder: Holder | null;
  readonly from: Date | null;
  readonly until: Date;
}
export interface RefusedRow {
  readonly number: number;
  readonly code: string;
}

const NAMES = {
  code: /^(code|券码|优惠券码)$/i,
  state: /^(state|status|状态)$/i,
  validFrom: /^(valid_?from|生效时间|开始时间)$/i,
  validUntil: /^(valid_?until|失效时间|到期时间|结束时间)$/i,
};
const HOLDER =
  /^(?:(customer|客户)|(phone|手机号|手机)|(email|邮箱)|(unionid)|(external_userid)|(openid|external_id):(\S+))$/i;
const CLAIMABLE = /^(claimable|unclaimed|待领取|未领取)$/i;
const CLAIMED = /^(claimed|已领取|未使用)$/i;
const DEAD = /^(redeemed|used|已核销|已使用|expired|已过期|void|voided|已作废)$/i;
const CODE = /^\S{4,64}$/u;
/** One of ours, right or mistyped. */
const OURS = /^[0-9A-Z]{16}[0-9A-Z*~$=]$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** Others come back from PostgreSQL in forms that nobody reads, or are refused by it; systems without an end say 9999-12-31. */
const STORED_FROM = new Date('1900-01-01T00:00:00Z');
const STORED_TO = new Date('+010000-01-01T00:00:00Z');

/** @throws coupons.import_columns */
export function bindColumns(header: readonly string[]): CouponColumns {
  const places = (name: RegExp): number[] => header.flatMap((cell, at) => (name.test(cell) ? [at] : []));
  const [code, state, validFrom, validUntil] = Object.values(NAMES).map(places);
  const holders = places(HOLDER);
  const isOnce = [code, state, validUntil].every((found) => found?.length === 1);
  if (!isOnce || (validFrom?.length ?? 0) > 1 || holders.length > 1)
    throw couponImportsErrors.import_columns();
  const [holder = -1] = holders;
  return {
    code: code?.[0] ?? -1,
    state: state?.[0] ?? -1,
    validFrom: validFrom?.[0] ?? -1,
    validUntil: validUntil?.[0] ?? -1,
    holder,
    holderKind: holderKindOf(header[holder] ?? ''),
  };
}

function holderKindOf(name: string): CouponColumns['holderKind'] {
  const [, customer, phone, email, unionid, external, namespaced, namespace] = HOLDER.exec(name) ?? [];
  if (customer !== undefined) return null;
  if (phone) return { kind: 'phone' };
  if (email) return { kind: 'email' };
  if (unionid) return { kind: 'unionid' };
  if (external) return { kind: 'external_userid' };
  return namespaced?.toLowerCase() === 'openid'
    ? { kind: 'openid', namespace }
    : { kind: 'external_id', namespace };
}

/** What a row says it is, for the control sums. */
export function kindOfRow({ cells }: SheetRow, columns: CouponColumns): 'claimable' | 'claimed' | 'other' {
  const state = (cells[columns.state] ?? '').trim();
  if (CLAIMABLE.test(state)) return 'claimable';
  return CLAIMED.test(state) ? 'claimed' : 'other';
}

/** @param timeZone of the batch: what has no zone of its own is meant there */
export function readCouponRow(
  row: SheetRow,
  columns: CouponColumns,
  timeZone: string,
): CouponRow | RefusedRow {
  const { number, cells } = row;
  const cell = (place: number): string => (cells[place] ?? '').trim();
  const refuse = (error: { code: string }): RefusedRow => ({ number, code: error.code });
  const kind = kindOfRow(row, columns);
  if (kind === 'other')
    return refuse(
      DEAD.test(cell(columns.state))
        ? couponImportsErrors.import_not_live
        : couponImportsErrors.import_row_state,
    );
  const code = codeOf(cell(columns.code));
  if (code === undefined) return refuse(couponImportsErrors.import_row_code);
  const from = timeOf(cell(columns.validFrom), timeZone, 'begin');
  const until = timeOf(cell(columns.validUntil), timeZone, 'end');
  if (from === undefined || !until || (from && from >= until))
    return refuse(couponImportsErrors.import_row_time);
  const holder = holderOf(cell(columns.holder), columns);
  if ((holder === null) === (kind === 'claimed')) return refuse(couponImportsErrors.import_row_holder);
  return { number, code, holder, from, until };
}

/** As it will be looked for; one of ours with a wrong check symbol would never be found. */
function codeOf(text: string): string | undefined {
  if (!CODE.test(text)) return undefined;
  const ours = normaliseCode(text);
  if (ours !== undefined) return ours;
  return OURS.test(text.toUpperCase().replaceAll('-', '')) ? undefined : text;
}

function holderOf(text: string, { holderKind }: CouponColumns): Holder | null {
  if (text === '') return null;
  if (holderKind) return { identifier: { ...holderKind, value: text } };
  return { customerId: parsePublicId('cus', text) ?? '' };
}

/** null: none is said; undefined: it is no time that can be kept. A day begins at its midnight, and as an end lasts until the next one. */
function timeOf(text: string, timeZone: string, which: 'begin' | 'end'): Date | null | undefined {
  if (text === '') return null;
  const at = instantOf(text, timeZone, which);
  return at && at >= STORED_FROM && at < STORED_TO ? at : undefined;
}

function instantOf(text: string, timeZone: string, which: 'begin' | 'end'): Date | undefined {
  const local = LOCAL.exec(text);
  const date = local?.[1] ?? text;
  if (!DAY.test(date)) return RFC_3339.test(text) ? new Date(text) : undefined;
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const [hours = 0, minutes = 0, seconds = 0] = local ? local.slice(2).map((part) => Number(part ?? 0)) : [];
  const isReal = new Date(dayOf(year, month - 1, day)).toISOString().startsWith(date);
  if (!isReal || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const begin = dayOf(year, month - 1, day + (which === 'end' && !local ? 1 : 0));
  return new Date(midnight(begin, timeZone).getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1_000);
}
