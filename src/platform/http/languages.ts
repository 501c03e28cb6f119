export type Language = 'en' | 'zh';

/** The language for texts of the answer: what Accept-Language prefers among Chinese and English, else English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { tag, q: q === undefined ? 1 : Number(q) };
    });
  const best = wishes.filter(({ tag, q }) => q > 0 && /^(zh|en)\b/.test(tag)).sort((a, b) => b.q - a.q)[0];
  return best?.tag.startsWith('zh') ? 'zh' : 'en';
}
