import type { Sandbox, SandboxOptions } from './sandbox.types.js';

export type * from './sandbox.types.js';

/** Starts a WeCom server on a loopback address. Nothing of it may be reached from other machines. */
export async function startSandbox(_options: SandboxOptions = {}): Promise<Sandbox> {
  throw new Error('not built yet');
}
