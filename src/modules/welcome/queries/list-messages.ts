import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { MessageState } from '../domain/message.js';

export interface MessageFilter {
  readonly state?: MessageState;
  readonly staffUserId?: string;
  readonly receivedFrom?: Date;
  readonly receivedTo?: Date;
}

export interface ListedMessage {
  readonly id: string;
  readonly staffUserId: string;
  /** null: the customer was erased. */
  readonly externalUserId: string | null;
  readonly ruleId: string | null;
  readonly state: MessageState;
  readonly errcode: number | null;
  readonly attachmentsLeftOut: number;
  readonly happenedAt: Date;
  readonly receivedAt: Date;
  readonly triedAt: Date | null;
  readonly endedAt: Date | null;
  /** In the database's own text: a Date would cut the microseconds and repeat rows. */
  readonly sortedAt: string;
}

/** The place of the last row of a page. */
export interface MessageKey {
  readonly at: string;
  readonly id: string;
}

const COLUMNS = `id, staff_user_id AS "staffUserId", external_user_id AS "externalUserId", rule_id AS "ruleId", state,
  errcode, attachments_left_out AS "attachmentsLeftOut", happened_at AS "happenedAt", received_at AS "receivedAt",
  tried_at AS "triedAt", ended_at AS "endedAt", received_at::text AS "sortedAt"`;

@Injectable()
export class ListMessages {
  constructor(private readonly database: Database) {}

  /** The newest first, along the index of the filter. */
  list(filter: MessageFilter, after: MessageKey | undefined, limit: number): Promise<ListedMessage[]> {
    const params: unknown[] = [this.database.corpId];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const conditions = ['corp_id = $1'];
    if (filter.state) conditions.push(`state = ${bind(filter.state)}`);
    if (filter.staffUserId !== undefined)
      conditions.push(`staff_key = ${bind(filter.staffUserId.toLowerCase())}`);
    if (filter.receivedFrom) conditions.push(`received_at >= ${bind(filter.receivedFrom)}`);
    if (filter.receivedTo) conditions.push(`received_at < ${bind(filter.receivedTo)}`);
    if (after)
      conditions.push(`(received_at, id) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`);
    return this.database.query<ListedMessage>(
      `SELECT ${COLUMNS} FROM welcome.messages WHERE ${conditions.join(' AND ')}
        ORDER BY received_at DESC, id DESC LIMIT ${bind(limit)}`,
      params,
    );
  }

  find(id: string): Promise<ListedMessage | undefined> {
    return this.database.maybeOne<ListedMessage>(
      `SELECT ${COLUMNS} FROM welcome.messages WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }
}
