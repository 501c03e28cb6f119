import { Module } from '@nestjs/common';
import { AudiencesModule } from './audiences/audiences.module.js';
import { BatchesModule } from './batches/batches.module.js';
import { CodesModule } from './codes/codes.module.js';
import { LifeModule } from './life/life.module.js';
import { TemplatesModule } from './templates/templates.module.js';

/** One module for each room: templates ← batches ← codes ← life ← (claims, redemption) ← all others. */
@Module({
  imports: [TemplatesModule, BatchesModule, CodesModule, LifeModule, AudiencesModule],
})
export class CouponsModule {}
