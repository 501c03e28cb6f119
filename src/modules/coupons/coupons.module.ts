import { Module } from '@nestjs/common';
import { CodesModule } from './codes/codes.module.js';

/** One module for each room: templates ← batches ← codes ← life ← (claims, redemption) ← all others. */
@Module({
  imports: [CodesModule],
})
export class CouponsModule {}
