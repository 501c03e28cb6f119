import { Injectable } from '@nestjs/common';
import { Ids } from '../../../platform/clock/ids.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Effect } from '../../../platform/events/event.js';
import type { MessageState, Outcome } from '../domain/message.js';

/** Whose welcome it is. */
export interface WelcomeOccasion {
  readonly eventId: string;
  readonly welcomeCode: string;
  readonly staffUserId: string;
  readonly externalUserId: string;
  readonly happenedAt: Date;
  readonly receivedAt: Date;
}

export interface EndedMessage {
  readonly id: string;
  readonly staffUserId: string;
  /** null: the customer was erased. */
  readonly externalUserId: string | null;
  readonly state: MessageState;
  readonly errcode: number | null;
  /** null while sending. */
  readonly endedAt: Date | null;
}

/** Long after the last call for a code ended. */
const FORGOTTEN_AFTER = '1 hour';
const RETENTION = '180 days';

/**
 * Whoever had the code before keeps it. A row of the same event without an outcome is that of a run which is dead, or which
 * was thought to be and will still say how it ended.
 */
const HAD_BEFORE = `
  ON CONFLICT (corp_id, welcome_code) DO UPDATE SET state = 'unknown', ended_at = clock_timestamp()
    WHERE m.state = 'sending' AND m.event_id = excluded.event_id`;

const CLAIM = {
  name: 'welcome-claim',
  text: `INSERT INTO welcome.messages AS m (corp_id, event_id, id, welcome_code, staff_user_id, staff_key,
                external_user_id, happened_at, received_at, rule_id, state, attachments_left_out, tried_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sending', $11, $12) ${HAD_BEFORE}
         RETURNING state = 'sending' AS "isNew"`,
};

/** What is known replaces what was thought lost. The first three parameters see `Effect`. */
const SETTLE = {
  name: 'welcome-settle',
  text: `UPDATE welcome.messages SET state = $5, errcode = $6, ended_at = $7
          WHERE corp_id = $1 AND welcome_code = $4 AND state IN ('sending', 'unknown')`,
};

const RECORD = {
  name: 'welcome-record',
  text: `INSERT INTO welcome.messages AS m (event_id, corp_id, id, welcome_code, staff_user_id, staff_key,
                external_user_id, happened_at, received_at, rule_id, state, errcode, attachments_left_out, ended_at)
         VALUES ($2, $1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ${HAD_BEFORE}`,
};

@Injectable()
export class MessageRepository {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /**
   * Written, and committed, before WeCom is called. Outside any unit of work: it is a transaction of its own.
   * @returns whether the call may be made; otherwise somebody had the code before, and that row says what is known.
   */
  async claim(
    corpId: CorpId,
    occasion: WelcomeOccasion,
    what: { ruleId: string; attachmentsLeftOut: number; triedAt: Date },
  ): Promise<boolean> {
    const { eventId } = occasion;
    const { ruleId, attachmentsLeftOut, triedAt } = what;
    const params = [corpId, eventId, ...this.columnsOf(occasion), ruleId, attachmentsLeftOut, triedAt];
    const [row] = await this.unit.write<{ isNew: boolean }>(corpId, CLAIM, params);
    return row?.isNew ?? false;
  }

  /** The end of a call that was claimed. */
  settle(welcomeCode: string, outcome: Outcome, endedAt: Date): Effect {
    return { ...SETTLE, params: [welcomeCode, outcome.state, outcome.errcode ?? null, endedAt] };
  }

  /** A code for which WeCom is never called. */
  record(
    occasion: WelcomeOccasion,
    what: { outcome: Outcome; ruleId: string | undefined; attachmentsLeftOut: number; endedAt: Date },
  ): Effect {
    const { state, errcode } = what.outcome;
    const end = [what.ruleId ?? null, state, errcode ?? null, what.attachmentsLeftOut, what.endedAt];
    return { ...RECORD, params: [...this.columnsOf(occasion), ...end] };
  }

  /** What became of the code of this event; undefined when somebody had the code before. */
  findEnd(welcomeCode: string, eventId: string): Promise<EndedMessage | undefined> {
    return this.database.maybeOne<EndedMessage>(
      `SELECT id, staff_user_id AS "staffUserId", external_user_id AS "externalUserId", state, errcode,
              ended_at AS "endedAt"
         FROM welcome.messages WHERE corp_id = $1 AND welcome_code = $2 AND event_id = $3`,
      [this.database.corpId, welcomeCode, eventId],
    );
  }

  /** Calls whose process is gone and whose job does not come again. @returns how many. */
  settleForgotten(): Promise<number> {
    return this.database.execute(
      `UPDATE welcome.messages SET state = 'unknown', ended_at = clock_timestamp()
        WHERE corp_id = $1 AND state = 'sending' AND received_at < clock_timestamp() - interval '${FORGOTTEN_AFTER}'`,
      [this.database.corpId],
    );
  }

  /** Whose welcomes they were is forgotten; the rows stay, for no code is tried twice. Reads all of the corp's; it is rare. */
  async forget(externalUserIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `UPDATE welcome.messages SET external_user_id = NULL WHERE corp_id = $1 AND external_user_id = ANY($2::text[])`,
      [this.database.corpId, externalUserIds],
    );
  }

  /** Deletes the oldest after 180 days. @returns how many. */
  purge(limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM welcome.messages WHERE corp_id = $1 AND id IN (
         SELECT id FROM welcome.messages
          WHERE corp_id = $1 AND received_at < clock_timestamp() - interval '${RETENTION}'
          ORDER BY received_at, id LIMIT $2)`,
      [this.database.corpId, limit],
    );
  }

  /** In the order of the statements above. */
  private columnsOf(occasion: WelcomeOccasion): unknown[] {
    return [
      this.ids.next(),
      occasion.welcomeCode,
      occasion.staffUserId,
      occasion.staffUserId.toLowerCase(),
      occasion.externalUserId,
      occasion.happenedAt,
      occasion.receivedAt,
    ];
  }
}
