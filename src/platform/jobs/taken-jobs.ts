import type { Job, WorkerEvents } from 'graphile-worker';

/** Longer than an answer may be under way, and as long as a job of a dead process waits. */
const LOST_AFTER_MS = 5_000;

/**
 * What a pool knows of the jobs that are locked for it. When the connection breaks between the commit that takes a job
 * and its answer, the job is locked for a pool that lives and has never heard of it: nobody would do it for four hours
 * (seen when the database was restarted under load).
 */
export class TakenJobs {
  private readonly begun = new Set<string>();
  private strangersSinceMs = new Map<string, number>();

  constructor(events: WorkerEvents) {
    events.on('job:start', ({ job }) => this.begun.add(takingOf(job)));
  }

  /**
   * Compares with the queue, on each beat.
   * @param list what is locked for the pool, each as `<job id>:<attempt>`: a job may be taken several times.
   * @returns those of them that were not begun within 5 s of a first look.
   */
  async findLost(list: () => Promise<string[]>): Promise<string[]> {
    const before = [...this.begun]; // what begins during the look may not be in it
    const locked = new Set(await list());
    for (const taking of before) if (!locked.has(taking)) this.begun.delete(taking);
    const nowMs = performance.now();
    const strangers = [...locked].filter((taking) => !this.begun.has(taking));
    const since = new Map(strangers.map((taking) => [taking, this.strangersSinceMs.get(taking) ?? nowMs]));
    const lost = strangers.filter((taking) => nowMs - (since.get(taking) ?? nowMs) >= LOST_AFTER_MS);
    for (const taking of lost) since.delete(taking);
    this.strangersSinceMs = since;
    return lost;
  }
}

function takingOf({ id, attempts }: Job): string {
  return `${id}:${attempts}`;
}
