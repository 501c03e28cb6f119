import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

export interface Schedule {
  /** `<module>.<verb_noun>`, unique. */
  readonly name: string;
  /** Slots are cut from the database's clock, starting at the epoch; at least as long as a tick (5 s). */
  readonly everyMs: number;
  /** How long after the epoch's cut the slots begin; default 0, for a day midnight UTC. */
  readonly offsetMs?: number;
  /**
   * Runs in a unit of work without a corp, in the transaction that takes the slot: only enqueue jobs here. When it
   * throws, the slot is free again and the next tick repeats it.
   */
  readonly run: () => Promise<void>;
}

/** What happens again and again, once for all processes together. Slots that nobody was there for are not made up. */
@Injectable()
export class Schedules implements OnApplicationBootstrap {
  private readonly schedules = new Map<string, Schedule>();
  private closed = false;

  /** Call it in `onModuleInit`. @throws when the name is taken or the application has started. */
  register(schedule: Schedule): void {
    if (this.closed) throw new Error(`schedule ${schedule.name} registered too late: use onModuleInit`);
    if (this.schedules.has(schedule.name)) throw new Error(`schedule ${schedule.name} is registered twice`);
    this.schedules.set(schedule.name, schedule);
  }

  all(): readonly Schedule[] {
    return [...this.schedules.values()];
  }

  onApplicationBootstrap(): void {
    this.closed = true;
  }
}
