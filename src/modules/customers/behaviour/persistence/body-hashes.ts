import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { type EnvelopePlace, Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';

const TABLE = 'customers.behaviour_secrets';
const COLUMN = 'secret_sealed';
const SECRET_BYTES = 32;
/** 128 bits. Compared with the hash of the same event only. */
const HASH_BYTES = 16;

registerEncryptedColumn({ table: TABLE, column: COLUMN, rowId: 'id' });

/**
 * Hashes of what was sent. A body may name a phone number, which a plain hash would give away to whoever guesses, and
 * the master keys change; so each corp has a secret of its own, sealed under them, that stays (docs/adr/0017).
 */
@Injectable()
export class BodyHashes {
  private readonly secrets = new Map<string, Buffer>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly ids: Ids,
  ) {}

  /** Inside an open unit of work. */
  async ofThisCorp(): Promise<(body: string) => string> {
    const { corpId } = this.database;
    const secret = this.secrets.get(corpId) ?? (await this.find()) ?? (await this.make());
    this.unit.afterCommit(() => this.secrets.set(corpId, secret)); // one that was rolled back is nobody's
    return (body) =>
      createHmac('sha256', secret).update(body).digest().subarray(0, HASH_BYTES).toString('base64url');
  }

  private async find(): Promise<Buffer | undefined> {
    const row = await this.database.maybeOne<{ id: string; sealed: string }>(
      `SELECT id, ${COLUMN} AS sealed FROM ${TABLE} WHERE corp_id = $1`,
      [this.database.corpId],
    );
    return row && Buffer.from(this.envelopes.open(row.sealed, this.placeOf(row.id)), 'base64url');
  }

  /** Of two first calls the second waits, and takes the secret of the first. */
  private async make(): Promise<Buffer> {
    const id = this.ids.next();
    const sealed = this.envelopes.seal(randomBytes(SECRET_BYTES).toString('base64url'), this.placeOf(id));
    await this.database.execute(
      `INSERT INTO ${TABLE} (corp_id, id, ${COLUMN}) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, sealed],
    );
    const secret = await this.find();
    if (!secret) throw new Error('the secret was stored and is not there');
    return secret;
  }

  private placeOf(rowId: string): EnvelopePlace {
    return { corpId: this.database.corpId, table: TABLE, column: COLUMN, rowId };
  }
}
