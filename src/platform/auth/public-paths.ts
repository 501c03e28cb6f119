/** What answers without a key. Everything else, also what does not exist, asks for one. */
const PUBLIC = /^\/(callbacks\/|t\/|c\/|healthz$|readyz$)/;
/** What a process with ROLE=worker serves. */
const WORKER = new Set(['/healthz', '/readyz', '/metrics']);

export function isPublicPath(url: string): boolean {
  return PUBLIC.test(pathOf(url));
}

export function isCallbackPath(url: string): boolean {
  return pathOf(url).startsWith('/callbacks/');
}

export function isWorkerPath(url: string): boolean {
  return WORKER.has(pathOf(url));
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}
