export interface JobsOptions {
  /** Connects as the app role, direct to the server: a pooler in transaction mode would lose the heartbeat's lock. */
  readonly databaseUrl: string;
  /** False in a process that only serves HTTP: it adds jobs and takes none. */
  readonly runWorker: boolean;
  /** How many jobs this process works on at once, those of the fast lane not counted. */
  readonly concurrency: number;
}

export const JOBS_OPTIONS = Symbol('JOBS_OPTIONS');
