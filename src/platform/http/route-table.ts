import type { RouteOptions } from 'fastify';

/** Which methods exist for a path: Fastify's router only answers "not found" when the method is another one. */
export class RouteTable {
  private readonly routes: { pattern: RegExp; methods: readonly string[] }[] = [];

  add(route: RouteOptions): void {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    this.routes.push({ pattern: patternOf(route.url), methods });
  }

  methodsOf(url: string): string[] {
    const [path = ''] = url.split('?');
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+^$()|[\]\\{}?]/g, '\\$&')
    .replace(/\*.*/, '.*')
    .replace(/:[A-Za-z0-9_]+/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
