import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { httpErrors } from './http.errors.js';
import { Signatures } from './signatures.js';

/**
 * Opaque positions in a list. A cursor is signed and bound to the corp and to the filter of its list, so that a foreign or
 * a made-up one is refused instead of giving a page that looks right.
 */
@Injectable()
export class Cursors {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly signatures: Signatures,
  ) {}

  /** @param key what the next page starts after: the sort columns of the last row. Inside an open unit of work. */
  encode(filter: object, key: object): string {
    const position = Buffer.from(JSON.stringify(key)).toString('base64url');
    return `${position}.${this.signatures.sign(this.bound(filter, position))}`;
  }

  /**
   * @returns undefined without a cursor: the first page.
   * @throws `http.cursor_invalid`
   */
  decode<K extends object>(filter: object, cursor?: string): K | undefined {
    if (cursor === undefined) return undefined;
    const [position = '', signature = '', ...rest] = cursor.split('.');
    if (rest.length > 0 || !this.signatures.verify(this.bound(filter, position), signature))
      throw httpErrors.cursor_invalid();
    // reason for the cast: the signature proves that encode() made it for this very list
    return JSON.parse(Buffer.from(position, 'base64url').toString()) as K;
  }

  private bound(filter: object, position: string): string {
    const entries = Object.entries(filter).filter(
      ([name, value]) => value !== undefined && name !== 'cursor' && name !== 'limit',
    );
    const hash = createHash('sha256').update(JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
    return `cursor:${this.unit.findCorpId() ?? 'operator'}:${hash.digest('base64url')}:${position}`;
  }
}
