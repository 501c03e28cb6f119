import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Metrics } from './metrics.js';

/** The database connections of this process, and whether it gets one. */
@Injectable()
export class PoolMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    // reason for the cast: TypeORM keeps its pool behind a type that all its drivers share
    const { master: pool } = this.dataSource.driver as unknown as { master: Pool };
    this.metrics.gauge(
      'database_connections',
      'Connections of this process that are in use or idle, and requests that wait for one',
      ['state'],
      (gauge: Gauge<'state'>) => {
        gauge.set({ state: 'used' }, pool.totalCount - pool.idleCount);
        gauge.set({ state: 'idle' }, pool.idleCount);
        gauge.set({ state: 'waiting' }, pool.waitingCount);
      },
    );
  }
}
