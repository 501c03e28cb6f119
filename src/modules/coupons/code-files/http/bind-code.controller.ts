import { Body, Controller, Post } from '@nestjs/common';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import { GuesserOf } from '../../codes/http/guesser.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { CouponView } from '../../life/http/coupons.views.js';
import { codeFilesErrors } from '../code-files.errors.js';
import { BindCode } from '../use-cases/bind-code.js';
import { BindCodeDto } from './code-files.views.js';

@Controller('v1/coupons')
export class BindCodeController {
  constructor(private readonly binding: BindCode) {}

  @Post('bind-code')
  @Endpoint({
    id: 'coupons.bind_code',
    summary: { en: 'Give a code that nobody holds to a customer', zh: '将券码绑定到客户' },
    description: {
      en: 'Before it is used: a lock or a redemption that names a customer binds it by itself. Limits of the batch count. The same person again gets the same answer; wrong codes are limited per key, address and customer.',
      zh: '在使用前绑定：锁定或核销时指定客户也会自动绑定。绑定后归该客户所有，批次限额照常计算；同一人重复绑定返回相同结果。错误券码按密钥、来源地址与客户限次。',
    },
    scope: ['coupons:write', 'coupons:redeem'],
    response: CouponView,
    errors: [
      couponsErrors.coupon_not_found,
      couponsErrors.too_many_wrong_codes,
      couponsErrors.customer_not_found,
      couponsErrors.coupon_state_refused,
      codeFilesErrors.code_of_other,
      claimsErrors.batch_not_issuing,
      claimsErrors.batch_over,
      claimsErrors.limit_reached,
    ],
  })
  async bind(@Body() { code, customerId }: BindCodeDto, @GuesserOf() guesser: Guesser): Promise<CouponView> {
    return CouponView.of(await this.binding.bind(code, customerId, guesser));
  }
}
