import { Module } from '@nestjs/common';
import { BatchStore } from './persistence/batch-store.js';
import { Batches } from './queries/batches.js';

/** Batches: how many coupons of a kind there may be, for whom, when, and for how much. */
@Module({
  providers: [BatchStore, Batches],
  exports: [Batches],
})
export class BatchesModule {}
