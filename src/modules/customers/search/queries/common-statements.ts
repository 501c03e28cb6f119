import { Injectable } from '@nestjs/common';
import type { PreparedStatement } from '../../../../platform/database/scoped-query.js';

/** Each takes some 120 kB in each connection. */
const NAMED_MAX = 32;
const ASKED_BEFORE = 3;
const COUNTED_MAX = 1_000;

/**
 * What is searched for again and again, with other values, is planned once for each connection: planning takes as long as
 * reading a page. Only so many, because nobody ends them while the process lives.
 */
@Injectable()
export class CommonStatements {
  private readonly asked = new Map<string, number>();
  private readonly named = new Map<string, PreparedStatement>();

  of(text: string): string | PreparedStatement {
    const known = this.named.get(text);
    if (known) return known;
    if (this.named.size >= NAMED_MAX) return text;
    const count = (this.asked.get(text) ?? 0) + 1;
    if (count <= ASKED_BEFORE) {
      if (this.asked.size >= COUNTED_MAX) this.asked.clear();
      this.asked.set(text, count);
      return text;
    }
    this.asked.delete(text);
    const statement = { name: `search-${this.named.size + 1}`, text, inOrder: true };
    this.named.set(text, statement);
    return statement;
  }
}
