/** A host whose pages links may lead to. */
export interface LinkDomain {
  readonly host: string;
  /** Whether all hosts below it are meant, too. */
  readonly subdomains: boolean;
}

export const TARGET_MAX = 2_048;
export const HOST_MAX = 253;

/** At least two labels, the last of which begins with a letter: so no address of a machine, and no dot at the end. */
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
/** Of a URL no part of a host, or read differently by browsers and servers. */
const NOT_IN_HOST = /[\s/\\@:?#%[\]]/;
/** What may split a header, is cut out by browsers, or turns into a slash; also written as %0d. */
// eslint-disable-next-line no-control-regex -- they are what is refused
const TREACHEROUS = /[\0-\x20\x7f\\]|%[01][0-9a-f]|%7f/i;
const AUTHORITY = /^https:\/\/([^/?#]+)/i;

/** @returns the host in the one spelling that browsers compare (lower case, punycode), or undefined when it is none. */
export function hostOf(text: string): string | undefined {
  if (NOT_IN_HOST.test(text)) return undefined;
  const url = parse(`https://${text}/`);
  return url && HOST.test(url.hostname) ? url.hostname : undefined;
}

/**
 * Where a link may lead: https, a name and no address, no user, no port. The authority is read twice, by hand and by the
 * URL standard's parser, so that what one of them misreads is refused.
 * @returns the address as browsers write it, all ASCII; `invalid` or, where only the list forbids it, `not_allowed`.
 */
export function checkTarget(
  raw: string,
  domains: readonly LinkDomain[],
): { target: string } | 'invalid' | 'not_allowed' {
  const [, authority = ''] = AUTHORITY.exec(raw) ?? [];
  const host = TREACHEROUS.test(raw) ? undefined : hostOf(authority);
  const url = host === undefined ? undefined : parse(raw);
  if (!url || url.protocol !== 'https:' || url.host !== host || url.username !== '' || url.password !== '')
    return 'invalid';
  if (url.href.length > TARGET_MAX) return 'invalid';
  return domains.some((domain) => isWithin(url.hostname, domain)) ? { target: url.href } : 'not_allowed';
}

function isWithin(hostname: string, { host, subdomains }: LinkDomain): boolean {
  return hostname === host || (subdomains && hostname.endsWith(`.${host}`));
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
