import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { StoredEvent } from '../../../../platform/events/event.js';
import { type Announcement, Announcements } from '../../../customers/index.js';
import { pointsPosted, type PointsPosted } from '../../loyalty.events.js';
import { DEFAULT_PROGRAM, POINTS_WALLET } from '../../programs/domain/program.js';

/** A customer's page shows his points: those of the corp's default program. */
@Injectable()
export class AnnouncePoints implements OnModuleInit {
  constructor(
    private readonly announcements: Announcements,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.announcements.register<PointsPosted>({
      name: 'loyalty_points',
      announces: ['pointsBalance'],
      events: [pointsPosted],
      announcementsOf,
      standing: (customerIds) => this.standing(customerIds),
    });
  }

  private standing(customerIds: readonly string[]): Promise<Announcement[]> {
    return this.database.query<Announcement & { pointsBalance: number }>(
      `SELECT a.customer_id AS "customerId", a.posted AS "pointsBalance", a.version
         FROM loyalty.accounts a
         JOIN loyalty.programs p ON p.corp_id = a.corp_id AND p.id = a.program_id
         JOIN loyalty.wallets w ON w.corp_id = a.corp_id AND w.id = a.wallet_id
        WHERE a.corp_id = $1 AND a.customer_id = ANY ($2::uuid[]) AND p.key = $3 AND w.key = $4 AND a.version > 0`,
      [this.database.corpId, customerIds, DEFAULT_PROGRAM, POINTS_WALLET],
    );
  }
}

function announcementsOf({ payload }: StoredEvent<PointsPosted>): Announcement[] {
  return payload.entries
    .filter(({ isMain }) => isMain)
    .map(({ customerId, seq, balanceAfter }) => ({ customerId, pointsBalance: balanceAfter, version: seq }));
}
