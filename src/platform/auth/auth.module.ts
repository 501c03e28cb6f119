import { Global, Module } from '@nestjs/common';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKeys } from './api-keys.js';
import { Authenticator } from './authenticator.js';
import { KeysController } from './keys.controller.js';

/** API keys: issuing, checking, rotating, revoking. */
@Global()
@Module({
  controllers: [KeysController],
  providers: [ApiKeyStore, Authenticator, ApiKeys],
  exports: [ApiKeys, Authenticator],
})
export class AuthModule {}
