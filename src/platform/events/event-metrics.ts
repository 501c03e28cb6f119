import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Metrics } from '../health/metrics.js';

const COUNT = `SELECT consumer, count(*)::int AS events FROM platform.parked_events WHERE corp_id = $1 GROUP BY 1`;

/** Of all corps together, the same in each process. */
@Injectable()
export class EventMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly unit: UnitOfWork,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    const parked = this.metrics.gauge(
      'events_parked',
      'Events that a consumer failed with as often as it may, and that wait for a person',
      ['consumer'],
    );
    this.metrics.lookBeforeRender([parked], async () => {
      const counts = await this.countParked();
      return () => {
        for (const { consumer, events } of counts) parked.inc({ consumer }, events);
      };
    });
  }

  private async countParked(): Promise<{ consumer: string; events: number }[]> {
    const corps = await this.unit.read(undefined, () =>
      this.database.query<{ id: CorpId }>('SELECT id FROM platform.corps'),
    );
    const counts: { consumer: string; events: number }[] = [];
    for (const { id } of corps) {
      counts.push(...(await this.unit.read(id, () => this.database.query<(typeof counts)[0]>(COUNT, [id]))));
    }
    return counts;
  }
}
