import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { DataKey, DataKeys } from '../../../../platform/crypto/data-keys.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { type EnvelopePlace, Envelopes } from '../../../../platform/crypto/envelopes.js';
import { RandomPool } from '../../../../platform/crypto/random-pool.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';

const TABLE = 'coupons.code_keys';
const COLUMN = 'key_sealed';
const KEY_BYTES = 32;
const IV_BYTES = 12;

registerEncryptedColumn({ table: TABLE, column: COLUMN, rowId: 'id' });

/** The two keys of a corp's codes: neither tells anything about the other. */
export class CodeKey {
  private readonly sealing: DataKey;
  private readonly hashing: Buffer;

  constructor(secret: string) {
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));
    this.hashing = derive('wecom-scrm/coupon-code/hash/v1');
    this.sealing = new DataKey(derive('wecom-scrm/coupon-code/seal/v1'), new RandomPool(IV_BYTES));
  }

  /** @param text a normalised code, or an imported one as it came. */
  hash(text: string): Buffer {
    return createHmac('sha256', this.hashing).update(text).digest();
  }

  /** Opens in the row of this coupon only. */
  seal(text: string, couponId: string): Buffer {
    return this.sealing.seal(Buffer.from(text), couponId);
  }

  open(cipher: Buffer, couponId: string): string {
    return this.sealing.open(cipher, couponId).toString();
  }
}

/**
 * Each corp has a secret for its codes, sealed under the master keys. It stays when they change: what a code hashes to is
 * unique for ever, and a rotation renews one row a corp instead of every coupon (docs/adr/0026). Inside an open unit of work.
 */
@Injectable()
export class CodeKeys {
  private readonly keys = new Map<string, CodeKey>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly dataKeys: DataKeys,
    private readonly envelopes: Envelopes,
    private readonly ids: Ids,
  ) {}

  /** @returns undefined for a corp that never had a coupon. */
  async find(): Promise<CodeKey | undefined> {
    const { corpId } = this.database;
    const known = this.keys.get(corpId);
    if (known) return known;
    const row = await this.database.maybeOne<{ id: string; sealed: string }>(
      `SELECT id, ${COLUMN} AS sealed FROM ${TABLE} WHERE corp_id = $1`,
      [corpId],
    );
    if (!row) return undefined;
    const key = new CodeKey(this.envelopes.open(row.sealed, this.placeOf(row.id)));
    this.unit.afterCommit(() => this.keys.set(corpId, key)); // one that was rolled back is nobody's
    return key;
  }

  /** Makes it when there is none; of two first calls the second waits, and takes what the first made. */
  async get(): Promise<CodeKey> {
    return (await this.find()) ?? this.make();
  }

  private async make(): Promise<CodeKey> {
    const id = this.ids.next();
    await this.database.execute(
      `INSERT INTO ${TABLE} (corp_id, id, ${COLUMN}) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, this.dataKeys.create(this.placeOf(id))],
    );
    const key = await this.find();
    if (!key) throw new Error('the key was stored and is not there');
    return key;
  }

  private placeOf(rowId: string): EnvelopePlace {
    return { corpId: this.database.corpId, table: TABLE, column: COLUMN, rowId };
  }
}
