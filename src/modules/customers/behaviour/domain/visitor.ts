/** What tells a person from a machine, from the head of a request. */
export interface Visit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const MACHINES =
  /bot|crawl|spider|slurp|preview|prefetch|scan|monitor|headless|facebookexternalhit|whatsapp|curl|wget|python|java\/|okhttp|go-http|node|axios|libwww/i;
const AHEAD = ['purpose', 'x-purpose', 'sec-purpose', 'x-moz'];
const IS_AHEAD = /prefetch|preview|prerender/i;

/**
 * Whether a person opened the page, as far as a head tells. Chat programs fetch a link to show a picture of it, browsers
 * before anybody has clicked: neither asks for a page to show. A machine that pretends to be a browser counts as a person.
 */
export function isPerson({ method, headers }: Visit): boolean {
  const header = (name: string): string => String(headers[name] ?? '');
  if (method !== 'GET' || !/text\/html|\*\/\*/.test(header('accept'))) return false;
  if (AHEAD.some((name) => IS_AHEAD.test(header(name)))) return false;
  if (!['', 'document'].includes(header('sec-fetch-dest'))) return false;
  const agent = header('user-agent');
  return agent !== '' && !MACHINES.test(agent);
}
