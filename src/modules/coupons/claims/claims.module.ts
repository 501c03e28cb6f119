import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { CodesModule } from '../codes/codes.module.js';
import { Issuer } from './persistence/issuer.js';
import { Issuance } from './use-cases/issuance.js';

/** The ways to get a coupon. */
@Module({
  imports: [CustomersModule, CodesModule],
  providers: [Issuer, Issuance],
  exports: [Issuance],
})
export class ClaimsModule {}
