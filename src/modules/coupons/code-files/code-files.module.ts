import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { ClaimsModule } from '../claims/claims.module.js';
import { CodesModule } from '../codes/codes.module.js';
import { LifeModule } from '../life/life.module.js';
import { BindCodeController } from './http/bind-code.controller.js';
import { CodeFilesController } from './http/code-files.controller.js';
import { CodeFileStore } from './persistence/code-file-store.js';
import { CodeTexts } from './queries/code-texts.js';
import { CodeFileJobs } from './reactions/code-file-jobs.js';
import { BindCode } from './use-cases/bind-code.js';
import { CodeFiles } from './use-cases/code-files.js';
import { HandOutCodes } from './use-cases/hand-out-codes.js';
import { MakeCodes } from './use-cases/make-codes.js';

/** Codes on paper and with partners, which find their holders at first use. */
@Module({
  imports: [CustomersModule, BatchesModule, ClaimsModule, CodesModule, LifeModule],
  controllers: [CodeFilesController, BindCodeController],
  providers: [CodeFileStore, CodeTexts, CodeFiles, HandOutCodes, MakeCodes, BindCode, CodeFileJobs],
})
export class CodeFilesModule {}
