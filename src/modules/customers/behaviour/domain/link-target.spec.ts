import { checkTarget, hostOf } from './link-target.js';

describe('the target of a link', () => {
  const DOMAINS = [
    { host: 'shop.example.com', subdomains: false },
    { host: 'wide.example.net', subdomains: true },
    { host: 'xn--cl1a.example.cn', subdomains: false },
  ];

  it.each([
    ['HTTPS://Shop.Example.COM/Path', 'https://shop.example.com/Path'],
    ['https://shop.example.com', 'https://shop.example.com/'],
    [
      'https://a.b.wide.example.net/x?u=https://evil.com',
      'https://a.b.wide.example.net/x?u=https://evil.com',
    ],
    ['https://ｓhop.example。com/', 'https://shop.example.com/'],
    ['https://shop.example.com/茶?名=a', 'https://shop.example.com/%E8%8C%B6?%E5%90%8D=a'],
    ['https://shop.example.com/@evil.com/:8443', 'https://shop.example.com/@evil.com/:8443'],
    ['https://shop.example.com//evil.com', 'https://shop.example.com//evil.com'],
  ])('may be %s', (raw, target) => {
    expect(checkTarget(raw, DOMAINS)).toEqual({ target });
  });

  it.each([
    'https://evil.com/',
    'https://shop.example.com.evil.com/',
    'https://evilshop.example.com/',
    'https://sub.shop.example.com/',
    'https://evilwide.example.net/',
    'https://example.net/',
    'https://shop.example.com%2eevil.com/',
    'https://shop.example.com。evil.com/',
    'https://ѕhop.example.com/', // Cyrillic
  ])('is not allowed outside the list: %s', (raw) => {
    expect(checkTarget(raw, DOMAINS)).toEqual(expect.stringMatching(/^(not_allowed|invalid)$/));
  });

  it.each([
    'http://shop.example.com/',
    '//shop.example.com/',
    '/\\shop.example.com',
    'https:shop.example.com/',
    'https:/shop.example.com/',
    'https:///shop.example.com/',
    'https:\\\\shop.example.com/',
    'https://shop.example.com\\@evil.com/',
    'https://evil.com\\.shop.example.com/',
    'https://user@shop.example.com/',
    'https://user:secret@shop.example.com/',
    'https://@shop.example.com/',
    'https://shop.example.com@evil.com/',
    'https://shop.example.com:443/',
    'https://shop.example.com:8443/',
    'https://shop.example.com:/',
    'https://shop.example.com./',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://shop.example.com/\r\nset-cookie: a=b',
    'https://shop.example.com/%0d%0aset-cookie:%20a=b',
    'https://shop.example.com/%00',
    'https://shop.exa\tmple.com/',
    ' https://shop.example.com/',
    'https://shop.example.com /',
    'javascript:alert(1)//https://shop.example.com/',
    'data:text/html,https://shop.example.com/',
    'https://shop.example.com＠evil.com/',
    'https://shop.example.com／evil.com/',
    'https://localhost/',
    'https://xn--/',
    'https://',
    `https://shop.example.com/${'茶'.repeat(300)}`,
  ])('is invalid: %j', async (raw) => {
    expect(checkTarget(raw, DOMAINS)).toBe('invalid');
  });

  it('is on a host in one spelling', () => {
    expect(['茶.example.CN', 'a-b.example.com', 'xn--fiq228c.cn'].map(hostOf)).toEqual([
      'xn--cl1a.example.cn',
      'a-b.example.com',
      'xn--fiq228c.cn',
    ]);
    for (const text of [
      'com',
      '*.example.com',
      'a.b/c',
      'a.b:1',
      'a@b.c',
      '1.2.3.4',
      '.a.com',
      'a..com',
      'a.com.',
      '[::1]',
      '',
    ])
      expect(hostOf(text)).toBeUndefined();
  });
});
