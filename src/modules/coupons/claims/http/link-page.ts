import type { Language } from '../../../../platform/http/languages.js';
import type { LinkOffer } from '../domain/claim-link.js';

const NOWHERE: Record<Language, { title: string; text: string }> = {
  zh: { title: '链接已失效', text: '该链接不存在、已停用或已过期。请向发送者索取新的链接。' },
  en: {
    title: 'This link leads nowhere',
    text: 'It does not exist, was switched off, or has expired. Ask whoever sent it for a new one.',
  },
};

const STATES: Record<Language, Record<LinkOffer['state'], string>> = {
  zh: {
    open: '可以领取：请在商家的小程序或网页登录后打开此链接领取。',
    waiting: '暂未开放领取，请稍后再来。',
    sold_out: '已领完。',
    over: '活动已结束。',
  },
  en: {
    open: "It can be claimed: log in to the shop's mini program or website, and open this link there.",
    waiting: 'It cannot be claimed at the moment. Please come back later.',
    sold_out: 'All coupons are gone.',
    over: 'The campaign is over.',
  },
};

export function offerPage(offer: LinkOffer, language: Language): string {
  return page(language, language === 'zh' ? offer.nameZh : offer.nameEn, STATES[language][offer.state]);
}

export function nowherePage(language: Language): string {
  return page(language, NOWHERE[language].title, NOWHERE[language].text);
}

function page(language: Language, title: string, text: string): string {
  const [shownTitle, shownText] = [escape(title), escape(text)];
  return (
    `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><title>${shownTitle}</title><h1>${shownTitle}</h1><p>${shownText}</p></html>`
  );
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
