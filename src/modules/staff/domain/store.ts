/** 门店: where staff serve customers. Its code is the corp's own, its id ours. */
export interface Store {
  readonly id: string;
  /** Never changes, and is never given to another store: keys and the conditions of coupons name it. */
  readonly code: string;
  readonly name: string;
  /** IANA. Never changes: its days are counted under it. */
  readonly timeZone: string;
  /** WeCom's numbers of the departments that work here. */
  readonly departmentIds: readonly number[];
  /** Its id in the corp's shop system. */
  readonly externalId: string | null;
  /** Set: nothing new happens in it; what happened stays. */
  readonly closedAt: Date | null;
  readonly createdAt: Date;
}

export type NewStore = Pick<Store, 'code' | 'name' | 'timeZone' | 'departmentIds' | 'externalId'>;
export type StoreChange = Partial<Pick<Store, 'name' | 'departmentIds' | 'externalId'>>;

export const STORES_MAX = 10_000;
export const STORE_CODE_MAX = 64;
/** Letters of any script: 上海-01. No blanks and commas, which lists of codes are parted by. */
export const STORE_CODE = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;
