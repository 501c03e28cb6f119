import type { SandboxSwitches } from '../sandbox.types.js';
import { WecomError } from './wecom-error.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

interface Window {
  startedAt: number;
  count: number;
  blockedUntil: number;
}

/** Base limits by (corp, API) and (IP, API), page 90454; a block lasts as long as the window that was exceeded. */
export class CallLimits {
  private readonly windows = new Map<string, Window>();
  private readonly running = new Map<string, number>();

  constructor(
    private readonly switches: SandboxSwitches,
    private readonly nowMs: () => number,
  ) {}

  count(corpId: string, path: string, ip: string): void {
    const { callsPerMinute, callsPerHour, callsPerMinuteOfIp, callsPerHourOfIp } = this.switches;
    this.countIn(`corp ${corpId} ${path} m`, MINUTE_MS, callsPerMinute);
    this.countIn(`corp ${corpId} ${path} h`, HOUR_MS, callsPerHour);
    this.countIn(`ip ${ip} ${path} m`, MINUTE_MS, callsPerMinuteOfIp);
    this.countIn(`ip ${ip} ${path} h`, HOUR_MS, callsPerHourOfIp);
  }

  /** Counts one use in a named quota, e.g. uploadimg per day. */
  countIn(key: string, windowMs: number, max: number): void {
    const now = this.nowMs();
    let window = this.windows.get(key);
    if (!window || now >= window.startedAt + windowMs) {
      const blockedUntil = window?.blockedUntil ?? 0;
      window = { startedAt: now, count: 0, blockedUntil };
      this.windows.set(key, window);
    }
    if (window.blockedUntil > now) throw new WecomError(45009);
    window.count += 1;
    if (window.count > max) {
      window.blockedUntil = now + windowMs;
      throw new WecomError(45009);
    }
  }

  /** Concurrency gate per (corp, API); the threshold is unpublished. */
  enter(corpId: string, path: string): () => void {
    return this.take(`${corpId} ${path}`, this.switches.concurrentCalls, 45033);
  }

  /** Mutual exclusion on a key, e.g. one (member, customer) pair. */
  enterAlone(key: string, errcode: number): () => void {
    return this.take(key, 1, errcode);
  }

  private take(key: string, max: number, errcode: number): () => void {
    const running = this.running.get(key) ?? 0;
    if (running >= max) throw new WecomError(errcode);
    this.running.set(key, running + 1);
    return () => {
      const left = (this.running.get(key) ?? 1) - 1;
      if (left > 0) this.running.set(key, left);
      else this.running.delete(key);
    };
  }
}
