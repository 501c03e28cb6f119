import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Language, languageOf } from '../../../../platform/http/languages.js';
import { RateLimiter } from '../../../../platform/http/rate-limit.js';
import { isPerson } from '../domain/visitor.js';
import { LinkCopies } from '../use-cases/link-copies.js';
import { LinkOpens } from '../use-cases/link-opens.js';

const WINDOW_MS = 10_000;
/** Of one address in ten seconds: a whole office, or a cell of a mobile network, may stand behind it. */
const OPENS_MAX = 1_000;
/** Codes that lead nowhere: nobody mistypes so many. */
const MISSES_MAX = 100;

const TEXTS: Record<Language, { tag: string; title: string; text: string }> = {
  zh: { tag: 'zh-CN', title: '链接已失效', text: '该链接不存在、已停用或已过期。请向发送者索取新的链接。' },
  en: {
    tag: 'en',
    title: 'This link leads nowhere',
    text: 'It does not exist, was switched off, or has expired. Ask whoever sent it for a new one.',
  },
};

/** What a customer opens: no key, no corp, only a code. Not part of the API. */
@ApiExcludeController()
@Controller('t')
export class OpenLinkController {
  private readonly opens = new RateLimiter({ perKey: 0, perAddress: OPENS_MAX, windowMs: WINDOW_MS });
  private readonly misses = new RateLimiter({ perKey: 0, perAddress: MISSES_MAX, windowMs: WINDOW_MS });

  constructor(
    private readonly links: LinkCopies,
    private readonly noted: LinkOpens,
  ) {}

  @Get(':code')
  async open(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.opens.count(request, reply);
    const link = await this.links.find(code);
    if (!link) {
      this.misses.count(request, reply);
      return sayNowhere(request, reply);
    }
    if (isPerson(request)) this.noted.note(link);
    // the hooks of the server have said no-store and no-referrer
    await reply.status(302).header('location', link.target).send();
  }
}

async function sayNowhere(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { tag, title, text } = TEXTS[languageOf(request.headers['accept-language'])];
  await reply
    .status(404)
    .header('content-language', tag)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="${tag}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<title>${title}</title><h1>${title}</h1><p>${text}</p></html>`,
    );
}
