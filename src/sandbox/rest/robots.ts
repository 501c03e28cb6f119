import { randomUUID } from 'node:crypto';

const MINUTE_MS = 60_000;
/** Messages of one robot in any 60 s (page 91770). */
const PER_MINUTE = 20;

interface Robot {
  corpId: string;
  sentAt: number[];
}

/** Robots of internal groups: the key in the webhook's URL is all they ask for. */
export class Robots {
  private readonly robots = new Map<string, Robot>();

  constructor(private readonly nowMs: () => number) {}

  add(corpId: string): string {
    const key = randomUUID();
    this.robots.set(key, { corpId, sentAt: [] });
    return key;
  }

  remove(key: string): void {
    this.robots.delete(key);
  }

  corpOf(key: string): string | undefined {
    return this.robots.get(key)?.corpId;
  }

  /** False for the 21st message within 60 s. */
  takeTurn(key: string): boolean {
    const robot = this.robots.get(key);
    if (!robot) return false;
    const now = this.nowMs();
    robot.sentAt = robot.sentAt.filter((at) => at > now - MINUTE_MS);
    if (robot.sentAt.length >= PER_MINUTE) return false;
    robot.sentAt.push(now);
    return true;
  }
}
