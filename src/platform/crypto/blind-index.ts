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

  /**
   * What the value may be stored as: one text for each live key, the newest first. Inside a unit of work with a corp, which
   * remembers it: a bulk call looks for a thousand values, looks again behind a lock, and stores them.
   */
  of(value: string): string[] {
    const known = this.unitOfWork.memory(this, () => new Map<string, string[]>());
    const texts = known.get(value) ?? this.textsOf(value);
    known.set(value, texts);
    return texts;
  }

  /** What the value is stored as from now on. Inside a unit of work with a corp. */
  current(value: string): string {
    const [newest] = this.of(value);
    if (newest === undefined) throw new Error('master keys are never empty');
    return newest;
  }

  private textsOf(value: string): string[] {
    const corpId = this.unitOfWork.corpId();
    return this.masterKeys.ids.map((keyId) => blindIndexUnder(this.masterKeys, keyId, corpId, value));
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
