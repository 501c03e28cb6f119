import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf } from '../../../../platform/http/languages.js';
import { RateLimiter } from '../../../../platform/http/rate-limit.js';
import { claimLinksErrors } from '../claim-links.errors.js';
import { LinkOffers } from '../queries/link-offers.js';
import { nowherePage, offerPage } from './link-page.js';

/** Of one address in ten seconds: a whole office, or a cell of a mobile network, may stand behind it. */
const LIMITS = { perKey: 0, perAddress: 1_000, windowMs: 10_000 };

/** What a customer opens: no key, no corp, only a code. It says what there is to claim, as a page or as JSON. */
@ApiExcludeController()
@Controller('c')
export class LinkPageController {
  private readonly opens = new RateLimiter(LIMITS);

  constructor(private readonly offers: LinkOffers) {}

  @Get(':code')
  async open(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.opens.count(request, reply);
    const offer = await this.offers.of(code);
    const isPage = (request.headers.accept ?? '').includes('text/html');
    if (!isPage) {
      if (!offer) throw claimLinksErrors.claim_link_not_found();
      return void (await reply.send({ ...offer, expiresAt: offer.expiresAt.toISOString() }));
    }
    const language = languageOf(request.headers['accept-language']);
    await reply
      .status(offer ? 200 : 404)
      .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
      .type('text/html; charset=utf-8')
      .send(offer ? offerPage(offer, language) : nowherePage(language));
  }
}
