import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Metrics } from './metrics.js';

/** The database connections of this process, and whether work waits for one. */
@Injectable()
export class PoolMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly unit: UnitOfWork,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      'database_connections',
      'Connections of this process that are in use or idle, and pieces of work that wait for one',
      ['state'],
      (gauge: Gauge<'state'>) => {
        for (const [state, count] of Object.entries(this.unit.connections())) gauge.set({ state }, count);
      },
    );
  }
}
