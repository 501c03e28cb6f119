import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BlindIndex } from './blind-index.js';
import { DataKeys } from './data-keys.js';
import { Envelopes } from './envelopes.js';
import { cryptoRows } from './key-check.row.js';
import { KeyChecks } from './key-checks.js';
import { MasterKeys } from './master-keys.js';

/** Sealing of secrets and personal data; at start it refuses keys that do not fit the database. */
@Global()
@Module({})
export class CryptoModule {
  /** @param masterKeys from `MasterKeys.load`, before Nest starts: without keys nothing should start. */
  static withKeys(masterKeys: MasterKeys): DynamicModule {
    return {
      module: CryptoModule,
      imports: [TypeOrmModule.forFeature(cryptoRows)],
      providers: [{ provide: MasterKeys, useValue: masterKeys }, Envelopes, DataKeys, BlindIndex, KeyChecks],
      exports: [MasterKeys, Envelopes, DataKeys, BlindIndex],
    };
  }
}
