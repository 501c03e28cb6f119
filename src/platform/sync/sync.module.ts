import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DailySyncs } from './daily-syncs.js';
import { StartSync } from './start-sync.js';
import { SyncMetrics } from './sync-metrics.js';
import { syncRows } from './sync-pass.row.js';
import { SyncSteps } from './sync-steps.js';
import { SyncStore } from './sync-store.js';
import { Syncs } from './syncs.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(syncRows)],
  providers: [SyncStore, Syncs, SyncSteps, DailySyncs, StartSync, SyncMetrics],
  exports: [Syncs, StartSync],
})
export class SyncModule {}
