import { randomBytes } from 'node:crypto';
import { WecomError } from './wecom-error.js';

/** Whose arrival a code belongs to. */
export interface Arrival {
  corpId: string;
  userId: string;
  externalUserId: string;
}

interface WelcomeCode extends Arrival {
  expiresAt: number;
  used: boolean;
}

/** Codes of add events: 20 s, one success (page 92137). Not kept over a restart. */
export class WelcomeCodes {
  private readonly codes = new Map<string, WelcomeCode>();
  private readonly chatted = new Set<string>();
  /** Pairs whose welcome was sent: the full contact after a welcomed half one gets no second code. */
  private readonly welcomed = new Set<string>();

  constructor(
    private readonly nowMs: () => number,
    private readonly lifeMs: () => number,
  ) {}

  /** Undefined for a pair that has chatted, or whose half contact was welcomed (callbacks.md 3.1). */
  issue(arrival: Arrival): string | undefined {
    const key = pairKey(arrival);
    if (this.chatted.has(key) || this.welcomed.has(key)) return undefined;
    for (const [code, { expiresAt }] of this.codes) {
      if (expiresAt >= this.nowMs()) break;
      this.codes.delete(code);
    }
    const code = `WC${randomBytes(24).toString('base64url')}`;
    const { corpId, userId, externalUserId } = arrival;
    const expiresAt = this.nowMs() + this.lifeMs();
    this.codes.set(code, { corpId, userId, externalUserId, expiresAt, used: false });
    return code;
  }

  /** The two have begun to chat before anybody greeted: their codes answer 41051. */
  chatStarted(arrival: Arrival): void {
    const key = pairKey(arrival);
    this.chatted.add(key);
    for (const code of this.codes.values()) if (pairKey(code) === key) code.used = true;
  }

  /** @returns the customer who is welcomed. */
  use(corpId: string, code: string): string {
    const entry = this.codes.get(code);
    if (!entry || entry.corpId !== corpId || entry.expiresAt <= this.nowMs()) throw new WecomError(41050);
    if (entry.used) throw new WecomError(41051);
    entry.used = true;
    this.welcomed.add(pairKey(entry));
    return entry.externalUserId;
  }

  /** Who becomes a friend again may be welcomed again. */
  relationEnded(arrival: Arrival): void {
    this.welcomed.delete(pairKey(arrival));
  }
}

function pairKey({ corpId, userId, externalUserId }: Arrival): string {
  return `${corpId} ${userId.toLowerCase()} ${externalUserId}`;
}
