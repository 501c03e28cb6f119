import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { MasterKeys } from './master-keys.js';

/** 128 bits: two of a billion values meet with a chance of about 10^-21. */
const INDEX_BYTES = 16;

/**
 * Finds a sealed value by equality without opening anything: `<keyId>.<HMAC-SHA256, 128 bits>`. The corp of the open
 * unit of work goes into it, so the same phone number looks different in each corp. Normalise the value first, the same
 * way for writing and for finding.
 *
 * During a rotation both spellings of a value are stored: find with `= ANY(of(value))`, and put no unique constraint on
 * the column.
 */
@Injectable()
export class BlindIndex {
  constructor(
    private readonly masterKeys: MasterKeys,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** What the value may be stored as: one text for each live key, the newest first. Inside a unit of work with a corp. */
  of(value: string): string[] {
    const corpId = this.unitOfWork.corpId();
    return this.masterKeys.ids.map((keyId) => blindIndexUnder(this.masterKeys, keyId, corpId, value));
  }

  /** What the value is stored as from now on. Inside a unit of work with a corp. */
  current(value: string): string {
    return blindIndexUnder(this.masterKeys, this.masterKeys.currentId, this.unitOfWork.corpId(), value);
  }
}

export function blindIndexUnder(
  masterKeys: MasterKeys,
  keyId: string,
  corpId: string,
  value: string,
): string {
  const mac = createHmac('sha256', masterKeys.subKey(keyId, 'blind-index'))
    .update(corpId)
    .update('\0')
    .update(value);
  return `${keyId}.${mac.digest().subarray(0, INDEX_BYTES).toString('base64url')}`;
}
