import type { EnvelopeOptions } from '../sandbox.types.js';

/** Numbers stand bare, texts in CDATA, lists as `Item` elements: as in the official samples. */
export type XmlValue = string | number | readonly string[] | { children: readonly XmlField[] };
export type XmlField = [name: string, value: XmlValue];

export function renderXml(fields: readonly XmlField[], form: EnvelopeOptions = {}): string {
  const ordered = form.reordered ? [...fields].reverse() : fields;
  const all: readonly XmlField[] = form.unknownElement ? [...ordered, ['SandboxUnknown', 'x']] : ordered;
  const rendered = all.map((field) => renderField(field, form));
  return form.pretty ? `<xml>\n  ${rendered.join('\n  ')}\n</xml>` : `<xml>${rendered.join('')}</xml>`;
}

function renderField([name, value]: XmlField, form: EnvelopeOptions): string {
  if (typeof value === 'number') return `<${name}>${value}</${name}>`;
  if (typeof value === 'string') return `<${name}>${cdata(value, form)}</${name}>`;
  if ('children' in value)
    return `<${name}>${value.children.map((child) => renderField(child, form)).join('')}</${name}>`;
  return `<${name}>${value.map((item) => `<Item>${cdata(item, form)}</Item>`).join('')}</${name}>`;
}

function cdata(text: string, form: EnvelopeOptions): string {
  const section = `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  return form.spaced ? ` ${section} ` : section;
}
