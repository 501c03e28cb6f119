import { createHmac } from 'node:crypto';
import { WecomError } from './wecom-error.js';

/**
 * Opaque cursors, bound to the API, the corp and the filter of the walk, so that a cursor taken elsewhere is
 * refused with 50100 as WeCom does. WeCom states no lifetime; the control switch ends them at any moment.
 */
export class Cursors {
  private generation = 0;

  constructor(private readonly key: string) {}

  encode(walk: string, position: readonly number[]): string {
    const body = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${body}.${this.sign(walk, body)}`;
  }

  decode(walk: string, cursor: string): number[] | undefined {
    if (cursor === '') return undefined;
    const [body = '', signature] = cursor.split('.');
    if (signature !== this.sign(walk, body)) throw new WecomError(50100);
    // reason: the signature proves that this server made it
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as number[];
  }

  invalidate(): void {
    this.generation += 1;
  }

  private sign(walk: string, body: string): string {
    return createHmac('sha256', `${this.key}/${this.generation}`)
      .update(`${walk}\n${body}`)
      .digest('base64url')
      .slice(0, 16);
  }
}
