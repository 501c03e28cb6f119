import { XMLParser } from 'fast-xml-parser';
import { wecomErrors } from '../wecom.errors.js';

/** WeCom's XML after parsing: text, elements, or a list of those that may come several times. */
export type XmlValue = string | XmlElement | readonly XmlValue[];
export interface XmlElement {
  readonly [name: string]: XmlValue | undefined;
}

/** WeCom nests three deep at most (SelectedItems/SelectedItem/OptionIds/OptionId is four). */
const NESTED_TAGS_MAX = 16;

/** Always lists, also when they come once; one SDK knows the misspelling of OptionIds (page 90240). */
const REPEATED = new Set([
  'Item',
  'item',
  'SelectedItem',
  'OptionId',
  'OpitonId',
  'AuthAddOpenKfId',
  'AuthDelOpenKfId',
  'OpenKfId',
]);

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g;
const NUL = /\0/;
/** What the parser refuses or changes. */
const NORMALISED = /[\0\r]/;

/** Only what every XML has: five names and numbers. A document type would bring more, so it is refused wherever it stands. */
const entities = {
  decode: (text: string): string =>
    text.replace(ENTITY, (_, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return PREDEFINED[name] ?? '';
      return characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
    }),
  addInputEntities: (): void => {
    throw new Error('a document type is not allowed');
  },
  setExternalEntities: (): void => undefined,
  setXmlVersion: (): void => undefined,
  reset: (): void => undefined,
};

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false, // MsgId exceeds 2^53, a userid may be 007
  trimValues: true,
  maxNestedTags: NESTED_TAGS_MAX,
  isArray: (name) => REPEATED.has(name),
  entityDecoder: entities,
});

const ROOT = /^\s*<xml>\s*([^]*?)\s*<\/xml>\s*$/;
/** One child with plain text or one CDATA section; attributes, entities, comments and whatever else is rare do not match. */
const LEAF = /<([A-Za-z]{1,40})>(?:\s*<!\[CDATA\[([^\]<]*)\]\]>\s*|([^<&\]]*))<\/\1>\s*/y;

/** The children of the root element `xml`. @throws wecom.callback_malformed */
export function parseXml(text: string): XmlElement {
  return parseFlat(text) ?? parseAny(text);
}

/** Nearly every callback is a flat list, which this reads eight times as fast as a parser. Undefined for all others. */
function parseFlat(text: string): XmlElement | undefined {
  const content = ROOT.exec(text)?.[1];
  if (!content || NORMALISED.test(content)) return undefined;
  const root: Record<string, string> = {};
  for (LEAF.lastIndex = 0; LEAF.lastIndex < content.length;) {
    const [, name, cdata, plain] = LEAF.exec(content) ?? [];
    if (name === undefined || name in root || REPEATED.has(name)) return undefined;
    root[name] = cdata ?? (plain ?? '').trim();
  }
  return root;
}

/** Exported for the test that compares both ways. */
export function parseAny(text: string): XmlElement {
  const root = parse(text)['xml'];
  if (root === undefined || typeof root === 'string' || Array.isArray(root))
    throw wecomErrors.callback_malformed();
  return root as XmlElement; // reason: Array.isArray does not narrow a readonly list away
}

function parse(text: string): XmlElement {
  if (NUL.test(text)) throw wecomErrors.callback_malformed();
  try {
    return parser.parse(text, true) as XmlElement; // reason: with these options the parser makes nothing else
  } catch {
    throw wecomErrors.callback_malformed(); // its message repeats the content
  }
}

function characterOf(codePoint: number): string {
  const allowed = codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  if (!allowed) throw new Error('not a character');
  return String.fromCodePoint(codePoint);
}

export function textOf(element: XmlElement, name: string): string | undefined {
  const value = element[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function elementOf(element: XmlElement, name: string): XmlElement | undefined {
  const value = element[name];
  return typeof value === 'object' && !Array.isArray(value) ? (value as XmlElement) : undefined; // reason: as above
}

export function textsOf(element: XmlElement, name: string): string[] {
  const value = element[name];
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string' && item !== '')
    : [];
}
