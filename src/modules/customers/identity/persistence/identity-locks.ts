import { crc32 } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { type Identifier, identifierText } from '../domain/identifier.js';

/** Few enough that a thousand identifiers do not fill PostgreSQL's table of locks, enough that two seldom meet. */
const BUCKETS = 512;
/** Of the whole corp. */
const PERSONS = -1;

/**
 * Who takes turns, until the unit of work ends. First the values, always in the same order; then the corp's persons:
 * shared by those whose facts touch nobody else's, alone by whoever decides again who is one person. So whoever decides
 * sees all facts, and imports do not wait for each other.
 */
@Injectable()
export class IdentityLocks {
  constructor(private readonly database: Database) {}

  async lockValues(identifiers: readonly Identifier[]): Promise<void> {
    const { corpId } = this.database;
    const buckets = identifiers.map(
      (identifier) => crc32(`${corpId}|${identifierText(identifier)}`) % BUCKETS,
    );
    const ordered = [...new Set(buckets)].sort((one, two) => one - two);
    if (ordered.length === 0) return;
    await this.database.query(
      `SELECT count(pg_advisory_xact_lock($1, bucket)) FROM unnest($2::int[]) AS bucket`,
      [this.space(), ordered],
    );
  }

  async lockPersonsAlone(): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock($1, ${PERSONS})`, [this.space()]);
  }

  /** One message. */
  async sharePersons(): Promise<void> {
    await this.database.execute(
      `SAVEPOINT sharing_persons; SELECT pg_advisory_xact_lock_shared(${this.space()}, ${PERSONS})`,
    );
  }

  /**
   * Gives back what `sharePersons` took, as long as nothing was written since: of two who share and then both want to be
   * alone each would wait for the other.
   */
  async unsharePersons(): Promise<void> {
    await this.database.execute('ROLLBACK TO SAVEPOINT sharing_persons');
  }

  private space(): number {
    return crc32(`customers.identity:${this.database.corpId}`) | 0; // PostgreSQL takes a signed number
  }
}
