import { Module } from '@nestjs/common';
import { TemplatesModule } from '../templates/templates.module.js';
import { BatchAmountsController } from './http/batch-amounts.controller.js';
import { BatchesController } from './http/batches.controller.js';
import { BatchStore } from './persistence/batch-store.js';
import { StockStore } from './persistence/stock-store.js';
import { Batches } from './queries/batches.js';
import { ChangeBatches } from './use-cases/change-batches.js';

/** Batches: how many coupons of a kind there may be, for whom, when, and for how much. */
@Module({
  imports: [TemplatesModule],
  controllers: [BatchesController, BatchAmountsController],
  providers: [BatchStore, StockStore, Batches, ChangeBatches],
  exports: [Batches, ChangeBatches, StockStore],
})
export class BatchesModule {}
