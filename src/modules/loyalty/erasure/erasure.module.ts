import { Module } from '@nestjs/common';
import { TypedTexts } from './persistence/typed-texts.js';
import { ForgetTexts } from './reactions/forget-texts.js';

/** What of loyalty goes when a person is erased, but for what a room forgets itself. */
@Module({ providers: [TypedTexts, ForgetTexts] })
export class ErasureModule {}
