import { Module } from '@nestjs/common';
import { BatchesModule } from './batches/batches.module.js';
import { CodesModule } from './codes/codes.module.js';
import { LifeModule } from './life/life.module.js';

/** One module for each room: templates ← batches ← codes ← life ← (claims, redemption) ← all others. */
@Module({
  imports: [BatchesModule, CodesModule, LifeModule],
})
export class CouponsModule {}
