import { Module } from '@nestjs/common';
import { WecomModule } from '../../../../wecom/index.js';
import { LedgerModule } from '../ledger.module.js';
import { ExpiredLots } from './persistence/expired-lots.js';
import { ExpirySweep } from './reactions/expiry-sweep.js';
import { ExpirePoints } from './use-cases/expire-points.js';

/** Points that were not spent in time. */
@Module({
  imports: [WecomModule, LedgerModule],
  providers: [ExpiredLots, ExpirePoints, ExpirySweep],
  exports: [ExpirePoints, ExpirySweep],
})
export class ExpiryModule {}
