import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ClockModule } from '../clock/clock.module.js';
import type { AppConfig } from '../config/app-config.js';
import { DatabaseModule } from '../database/database.module.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKeys } from './api-keys.js';
import { Authenticator } from './authenticator.js';

/** The same use cases without HTTP, for the command line. */
@Module({})
export class KeysCommandModule {
  static connect(config: AppConfig): DynamicModule {
    return {
      module: KeysCommandModule,
      imports: [ClockModule, DatabaseModule.connect({ url: config.databaseUrl, poolMax: 2 }), AuditModule],
      providers: [ApiKeyStore, Authenticator, ApiKeys],
    };
  }
}
