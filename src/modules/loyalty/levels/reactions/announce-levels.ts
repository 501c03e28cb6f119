import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Announcements } from '../../../customers/index.js';
import { DEFAULT_PROGRAM } from '../../programs/domain/program.js';
import { levelChanged } from '../../loyalty.events.js';
import { levelAt, rankOf } from '../domain/level-table.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import { MemberLevelStore } from '../persistence/member-level-store.js';

/** Shows the level of the default program on a customer's page. */
@Injectable()
export class AnnounceLevels implements OnModuleInit {
  constructor(
    private readonly announcements: Announcements,
    private readonly levels: MemberLevelStore,
    private readonly tables: LevelTableStore,
  ) {}

  onModuleInit(): void {
    this.announcements.register({
      name: 'loyalty_levels',
      announces: ['level'],
      events: [levelChanged],
      announcementsOf: ({ payload }) =>
        payload.programKey === DEFAULT_PROGRAM
          ? payload.changes.map(({ customerId, to, version }) => ({
              customerId,
              level: payload.names[to]?.zh ?? to,
              version,
            }))
          : [],
      standing: async (customerIds) => {
        const standing = await this.levels.standing(DEFAULT_PROGRAM, customerIds);
        const tables = await this.tables.active([...new Set(standing.map(({ programId }) => programId))]);
        return standing.map(({ customerId, level, version, programId }) => {
          const levels = tables.get(programId)?.levels ?? [];
          const rank = rankOf(levels, level);
          return { customerId, level: rank < 0 ? level : levelAt(levels, rank).nameZh, version };
        });
      },
    });
  }
}
