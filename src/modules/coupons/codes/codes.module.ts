import { Module } from '@nestjs/common';
import { CodeKeys } from './persistence/code-keys.js';
import { Codes } from './use-cases/codes.js';
import { Guesses } from './use-cases/guesses.js';

/** Codes: random, found by a keyed hash, guarded against guessing. */
@Module({
  providers: [CodeKeys, Codes, Guesses],
  exports: [Codes, Guesses],
})
export class CodesModule {}
