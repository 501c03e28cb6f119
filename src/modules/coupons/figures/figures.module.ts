import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { StaffModule } from '../../staff/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { FiguresController } from './http/figures.controller.js';
import { FigureStore } from './persistence/figure-store.js';
import { Figures } from './queries/figures.js';
import { ShareOfSalesQuery } from './queries/share-of-sales.js';
import { ShowFigures } from './queries/show-figures.js';
import { FigureKeeping } from './reactions/figure-keeping.js';
import { TendFigures } from './use-cases/tend-figures.js';

/** What became of coupons, in numbers. */
@Module({
  imports: [WecomModule, CustomersModule, StaffModule, BatchesModule],
  controllers: [FiguresController],
  providers: [Figures, FigureStore, FigureKeeping, ShareOfSalesQuery, ShowFigures, TendFigures],
})
export class FiguresModule {}
