import { type DynamicModule, Module } from '@nestjs/common';
import { CouponsModule } from './modules/coupons/index.js';
import { CustomersModule } from './modules/customers/index.js';
import { GroupChatsModule } from './modules/group-chats/index.js';
import { LoyaltyModule } from './modules/loyalty/index.js';
import { SegmentsModule } from './modules/segments/index.js';
import { StaffModule } from './modules/staff/index.js';
import { WelcomeModule } from './modules/welcome/index.js';
import { AuditModule } from './platform/audit/audit.module.js';
import { AuthModule } from './platform/auth/auth.module.js';
import { ClockModule } from './platform/clock/clock.module.js';
import type { AppConfig } from './platform/config/app-config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { CryptoModule } from './platform/crypto/crypto.module.js';
import type { MasterKeys } from './platform/crypto/master-keys.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EventsHttpModule, EventsModule } from './platform/events/events.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { HttpModule } from './platform/http/http.module.js';
import { JobsHttpModule, JobsModule } from './platform/jobs/jobs.module.js';
import type { AppLogger } from './platform/logging/app-logger.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { OperationsHttpModule, OperationsModule } from './platform/operations/operations.module.js';
import { PartitionsModule } from './platform/partitions/partitions.module.js';
import { SyncModule } from './platform/sync/sync.module.js';
import { WecomModule } from './wecom/index.js';

/** Jobs at once in one process. Most of their time is waiting for WeCom. */
const JOBS_AT_ONCE = 8;
/** Requests and jobs share the pool; with what fetches jobs a process has up to 34 connections (docs/operate.md). */
const POOL_MAX = 20;

export interface AppParts {
  readonly config: AppConfig;
  readonly logger: AppLogger;
  readonly masterKeys: MasterKeys;
}

/** The composition root: the only place that lists every module. */
@Module({})
export class AppModule {
  static with({ config, logger, masterKeys }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(logger),
        ClockModule,
        DatabaseModule.connect({ url: config.databaseUrl, poolMax: POOL_MAX }),
        CryptoModule.withKeys(masterKeys),
        JobsModule.register({
          databaseUrl: config.databaseUrl,
          runWorker: config.role !== 'api',
          concurrency: JOBS_AT_ONCE,
        }),
        EventsModule,
        OperationsModule,
        PartitionsModule,
        SyncModule,
        AuditModule,
        AuthModule,
        HealthModule,
        HttpModule,
        JobsHttpModule,
        EventsHttpModule,
        OperationsHttpModule,
        WecomModule,
        StaffModule,
        SegmentsModule,
        CustomersModule,
        GroupChatsModule,
        WelcomeModule,
        LoyaltyModule,
        CouponsModule,
      ],
    };
  }
}
