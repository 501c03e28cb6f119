import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { TypedTexts } from './persistence/typed-texts.js';
import { ForgetTexts } from './reactions/forget-texts.js';
import { HandOutRows } from './reactions/hand-out-rows.js';

/** What of loyalty a person is handed out, and what goes when he is erased, but for what a room forgets itself. */
@Module({ imports: [CustomersModule], providers: [TypedTexts, ForgetTexts, HandOutRows] })
export class ErasureModule {}
