import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { ClaimsModule } from '../claims/claims.module.js';
import { CodesModule } from '../codes/codes.module.js';
import { MemberSource } from './domain/member-source.js';
import { AudiencesController } from './http/audiences.controller.js';
import { AudienceStore } from './persistence/audience-store.js';
import { MemberStore } from './persistence/member-store.js';
import { FilterSource } from './queries/filter-source.js';
import { ShowAudiences } from './queries/show-audiences.js';
import { AudienceJobs } from './reactions/audience-jobs.js';
import { Audiences } from './use-cases/audiences.js';
import { AudienceParts } from './use-cases/audience-parts.js';
import { AudienceStep } from './use-cases/audience-step.js';
import { AudienceWork } from './use-cases/audience-work.js';
import { FreezeAudience } from './use-cases/freeze-audience.js';
import { IssueToMembers } from './use-cases/issue-to-members.js';
import { RunAudience } from './use-cases/run-audience.js';

/** A batch issued to many customers, exactly so many each. */
@Module({
  imports: [CustomersModule, BatchesModule, ClaimsModule, CodesModule],
  controllers: [AudiencesController],
  providers: [
    AudienceStore,
    MemberStore,
    { provide: MemberSource, useClass: FilterSource },
    ShowAudiences,
    AudienceWork,
    Audiences,
    FreezeAudience,
    IssueToMembers,
    AudienceParts,
    AudienceStep,
    RunAudience,
    AudienceJobs,
  ],
})
export class AudiencesModule {}
