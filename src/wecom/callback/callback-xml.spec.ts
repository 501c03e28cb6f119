import fc from 'fast-check';
import { AppError } from '../../platform/errors/app-error.js';
import { findCiphertext } from './callback-envelope.js';
import { parseAny, parseXml, textOf, textsOf } from './callback-xml.js';

const MALFORMED = 'wecom.callback_malformed';

function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('parseXml', () => {
  it('keeps numbers as text, trims around CDATA and takes CDATA as it is', () => {
    const xml = parseXml(
      '<xml>\n <UserID> <![CDATA[007]]></UserID><MsgId>7123456789012345678</MsgId><Mobile>+86 1</Mobile><C><![CDATA[&amp;<b>]]></C></xml>',
    );
    expect(textOf(xml, 'UserID')).toBe('007');
    expect(textOf(xml, 'MsgId')).toBe('7123456789012345678');
    expect(textOf(xml, 'Mobile')).toBe('+86 1');
    expect(textOf(xml, 'C')).toBe('&amp;<b>');
  });

  it('makes a list of what may be repeated, also when it comes once', () => {
    const list = (items: string) => textsOf(parseXml(`<xml><L>${items}</L></xml>`)['L'] as never, 'Item');
    expect(list('<Item>a</Item>')).toEqual(['a']);
    expect(list('<Item>a</Item><Item><![CDATA[b]]></Item>')).toEqual(['a', 'b']);
  });

  it('reads the five entities and numbers, and leaves other names alone', () => {
    const text = (inner: string) => textOf(parseXml(`<xml><A>${inner}</A></xml>`), 'A');
    expect(text('&lt;&gt;&amp;&quot;&apos;&#20320;&#x1F600;&nbsp;')).toBe('<>&"\'你😀&nbsp;');
    expect(text('&amp;lt;')).toBe('&lt;');
    for (const bad of ['&#0;', '&#xD800;', '&#1114112;']) expect(refusal(() => text(bad))).toBe(MALFORMED);
  });

  it('refuses every document type: external entities, a billion laughs, also in the middle', () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
      '',
    );
    for (const text of [
      '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><A>&x;</A></xml>',
      '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><A>1</A></xml>',
      `<!DOCTYPE xml [<!ENTITY l0 "ha">${laughs}]><xml><A>&l9;</A></xml>`,
      '<xml><!DOCTYPE a [<!ENTITY x "y">]><A>&x;</A></xml>',
      '<?xml version="1.0"?><!-- <![CDATA[ --><!DOCTYPE a><xml><A>1</A></xml>',
    ]) {
      expect(refusal(() => parseXml(text))).toBe(MALFORMED);
    }
    expect(textOf(parseXml('<xml><A><![CDATA[<!DOCTYPE html>]]></A></xml>'), 'A')).toBe('<!DOCTYPE html>');
  });

  it('refuses what is broken, deep, empty, another root, or names a prototype', () => {
    for (const text of [
      '',
      'nope',
      '<xml>',
      '<xml><A>1</B></xml>',
      '<xml/><xml/>x',
      '<other><A>1</A></other>',
      '<xml>only text</xml>',
      `<xml>${'<a>'.repeat(30)}${'</a>'.repeat(30)}</xml>`,
      '<xml><__proto__><polluted>1</polluted></__proto__></xml>',
      '<xml><A>\0</A></xml>',
    ]) {
      expect(refusal(() => parseXml(text))).toBe(MALFORMED);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('never throws anything but its refusal', () => {
    const pieces = fc.constantFrom(
      '<xml>',
      '</xml>',
      '<A>',
      '</A>',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      '<!',
      '-->',
      '<?',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 30 }), (parts) => {
        expect([undefined, MALFORMED]).toContain(refusal(() => parseXml(parts.join(''))));
      }),
      { numRuns: 500 },
    );
  });
});

describe('outer envelope', () => {
  it('finds the ciphertext with and without CDATA and white space', () => {
    for (const content of ['abc+/=', '<![CDATA[abc+/=]]>', ' <![CDATA[ abc+/= ]]>\n', '\tabc+/= ']) {
      const body = `<xml><AgentID>1</AgentID><Encrypt>${content}</Encrypt></xml>`;
      expect(findCiphertext(body)).toBe('abc+/=');
    }
  });

  it('refuses a body without one, and a truncated one', () => {
    expect(refusal(() => findCiphertext('<xml></xml>'))).toBe(MALFORMED);
    expect(refusal(() => findCiphertext('<xml><Encrypt>abc'))).toBe(MALFORMED);
    expect(refusal(() => findCiphertext('<xml><Encrypt>abc</Encrypt>'))).toBe(MALFORMED);
  });
});

describe('flat messages', () => {
  it('are read as the parser reads them, or left to it', () => {
    const name = fc.constantFrom('ToUserName', 'Event', 'a', 'Item', 'xml', 'constructor', 'toString');
    const text = fc.oneof(
      fc.stringMatching(/^[\s\w+/=-]{0,12}$/),
      fc.constantFrom('', ' x ', '&lt;', ']]>', '<b>1</b>', '<!--c-->', '中文', '\0', '\r\n', '<', '>', ']'),
    );
    const leaf = fc
      .tuple(name, text, fc.nat(3))
      .map(([tag, content, form]) =>
        form === 0
          ? `<${tag}>${content}</${tag}>`
          : `<${tag}>${form === 1 ? ' ' : ''}<![CDATA[${content}]]></${tag}>`,
      );
    const read = (parse: (xml: string) => unknown, xml: string) => {
      try {
        return JSON.stringify(parse(xml));
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 6 }), fc.constantFrom('', ' ', '\n'), (leaves, space) => {
        const xml = `${space}<xml>${leaves.join(space)}</xml>${space}`;
        expect(read(parseXml, xml)).toBe(read(parseAny, xml));
      }),
      { numRuns: 3_000 },
    );
  });
});
