import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { TypedReasons } from './persistence/typed-reasons.js';
import { ForgetReasons } from './reactions/forget-reasons.js';

/** What of coupons a person is handed out, and what goes when he is erased. */
@Module({ imports: [CustomersModule], providers: [TypedReasons, ForgetReasons] })
export class ErasureModule {}
