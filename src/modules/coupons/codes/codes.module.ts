import { Module } from '@nestjs/common';
import { CodeKeys } from './persistence/code-keys.js';
import { Codes } from './use-cases/codes.js';

/** Codes: random, found by a keyed hash, guarded against guessing. */
@Module({
  providers: [CodeKeys, Codes],
  exports: [Codes],
})
export class CodesModule {}
