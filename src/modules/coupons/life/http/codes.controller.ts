import { Body, Controller, Get, Post, Query, StreamableFile } from '@nestjs/common';
import { encodeQR } from 'qr';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { EnumField } from '../../../../platform/http/fields.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { GuesserOf } from '../../codes/http/guesser.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { CouponsByCode } from '../queries/coupons-by-code.js';
import { ShowCoupons } from '../queries/show-coupons.js';
import { CodeView, COUPON_ID_PREFIX, CouponCodeDto, CouponView } from './coupons.views.js';

const { coupon_not_found, too_many_wrong_codes } = couponsErrors;
const MEDIA_TYPES = { svg: 'image/svg+xml', gif: 'image/gif' } as const;
/** Pixels of a module in the GIF: some 200 in all, enough for a phone held at arm's length. */
const GIF_SCALE = 8;
/** A quarter of the picture may be dirty. */
const CORRECTION = 'quartile';
const OWNER = {
  en: 'With the scope of who issues coupons: whoever may make one gains nothing by seeing one.',
  zh: '须有发券权限：能发券者看到券码并无额外所得。',
};

class QrQuery {
  @EnumField(['svg', 'gif'], { optional: true, example: 'svg' })
  format: keyof typeof MEDIA_TYPES = 'svg';
}

@Controller('v1/coupons')
export class CodesController {
  constructor(
    private readonly shown: ShowCoupons,
    private readonly byCode: CouponsByCode,
  ) {}

  @Post('by-code')
  @Endpoint({
    id: 'coupons.get_by_code',
    summary: { en: 'Get the coupon with a code', zh: '按券码查询优惠券' },
    description: {
      en: 'Spaces, hyphens and small letters do not matter. Wrong codes are limited per key and address.',
      zh: '忽略空格、连字符与大小写；错误券码按密钥与来源地址限次。',
    },
    scope: ['coupons:redeem', 'coupons:read'],
    search: true,
    response: CouponView,
    errors: [coupon_not_found, too_many_wrong_codes],
  })
  async find(@Body() { code }: CouponCodeDto, @GuesserOf() guesser: Guesser): Promise<CouponView> {
    return CouponView.of(await this.shown.asOfNow(await this.byCode.get(code, guesser)));
  }

  @Get(':id/code')
  @Endpoint({
    id: 'coupons.get_code',
    summary: { en: 'Get the code of a coupon, for its owner', zh: '获取优惠券券码（出示给持券人）' },
    description: OWNER,
    scope: 'coupons:write',
    response: CodeView,
    errors: [coupon_not_found],
  })
  async code(@PublicIdParam('id', COUPON_ID_PREFIX, coupon_not_found) id: string): Promise<CodeView> {
    return CodeView.of(await this.shown.codeOf(id));
  }

  @Get(':id/qr')
  @Endpoint({
    id: 'coupons.get_qr',
    summary: { en: 'Get the code of a coupon as a QR image', zh: '获取优惠券二维码图片' },
    description: OWNER,
    scope: 'coupons:write',
    fileResponse: Object.values(MEDIA_TYPES),
    errors: [coupon_not_found],
  })
  async qr(
    @PublicIdParam('id', COUPON_ID_PREFIX, coupon_not_found) id: string,
    @Query() { format }: QrQuery,
  ): Promise<StreamableFile> {
    return new StreamableFile(pictureOf(await this.shown.codeOf(id), format), { type: MEDIA_TYPES[format] });
  }
}

function pictureOf(code: string, format: keyof typeof MEDIA_TYPES): Uint8Array {
  if (format === 'gif') return encodeQR(code, 'gif', { ecc: CORRECTION, scale: GIF_SCALE });
  return Buffer.from(encodeQR(code, 'svg', { ecc: CORRECTION }));
}
