import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { TransfersController } from './http/transfers.controller.js';
import { LedgerStore } from './persistence/ledger-store.js';
import { NamedLots } from './persistence/named-lots.js';
import { ShowLedger } from './queries/show-ledger.js';
import { AnnouncePoints } from './reactions/announce-points.js';
import { LedgerItems } from './use-cases/ledger-items.js';
import { LedgerNews } from './use-cases/ledger-news.js';
import { Ledger } from './use-cases/ledger.js';
import { PostingBatcher } from './use-cases/posting-batcher.js';

/** Points: booked once, never changed, always explained. */
@Module({
  imports: [CustomersModule, ProgramsModule],
  controllers: [TransfersController],
  providers: [
    AnnouncePoints,
    LedgerStore,
    ShowLedger,
    LedgerItems,
    LedgerNews,
    Ledger,
    PostingBatcher,
    NamedLots,
  ],
  exports: [Ledger, PostingBatcher, LedgerStore, LedgerNews, NamedLots],
})
export class LedgerModule {}
