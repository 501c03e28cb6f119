import { AsyncLocalStorage } from 'node:async_hooks';

/** Who acts: an API key, a background job, an operator at the command line, or the system itself. */
export interface Actor {
  readonly kind: 'key' | 'job' | 'cli' | 'system';
  /** Id of the key, name of the job, name of the command. */
  readonly id: string;
  /** What the audit trail shows: the owner of a key, the name of a command. Never a secret. */
  readonly label: string;
}

export interface RequestContext {
  readonly requestId: string;
  readonly actor: Actor;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Travels with the asynchronous call, so that logs, events and audit rows name the same request. */
export const requestContext = {
  run<T>(context: RequestContext, work: () => T): T {
    return storage.run(context, work);
  },
  current(): RequestContext | undefined {
    return storage.getStore();
  },
};
