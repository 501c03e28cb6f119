import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { registerEncryptedColumn } from '../../../../platform/crypto/encrypted-columns.js';
import { type EnvelopePlace, Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';

const TABLE = 'customers.behaviour_secrets';
const COLUMN = 'secret_sealed';
const SECRET_BYTES = 32;
/** 128 bits in base64url. Compared with the hash of the same event only. */
const HASH_LETTERS = 22;

registerEncryptedColumn({ table: TABLE, column: COLUMN, rowId: 'id' });

/**
 * Hashes of what was sent. A body may name a phone number, which a plain hash would give away to whoever guesses, and
 * the master keys change; so each corp has a secret of its own, sealed under them, that stays (docs/adr/0017).
 */
@Injectable()
export class BodyHashes {
  private readonly secrets = new Map<string, string>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly ids: Ids,
  ) {}

  /**
   * SHA-256 over secret and body; since half of it is cut off, nobody can hash on from one (and an HMAC for each of a
   * thousand items takes five times as long: bench `customer-events`). Inside an open unit of work.
   */
  async ofThisCorp(): Promise<(body: string) => string> {
    const { corpId } = this.database;
    const secret = this.secrets.get(corpId) ?? (await this.find()) ?? (await this.make());
    this.unit.afterCommit(() => this.secrets.set(corpId, secret)); // one that was rolled back is nobody's
    return (body) => hash('sha256', secret + body, 'base64url').slice(0, HASH_LETTERS);
  }

  private async find(): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ id: string; sealed: string }>(
      `SELECT id, ${COLUMN} AS sealed FROM ${TABLE} WHERE corp_id = $1`,
      [this.database.corpId],
    );
    return row && this.envelopes.open(row.sealed, this.placeOf(row.id));
  }

  /** Of two first calls the second waits, and takes the secret of the first. */
  private async make(): Promise<string> {
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
