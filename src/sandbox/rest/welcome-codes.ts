import { randomBytes } from 'node:crypto';
import { WecomError } from './wecom-error.js';

interface WelcomeCode {
  corpId: string;
  externalUserId: string;
  expiresAt: number;
  used: boolean;
}

/** Codes of add events: 20 s, one success (page 92137). */
export class WelcomeCodes {
  private readonly codes = new Map<string, WelcomeCode>();

  constructor(
    private readonly nowMs: () => number,
    private readonly lifeMs: () => number,
  ) {}

  issue(corpId: string, externalUserId: string): string {
    for (const [code, { expiresAt }] of this.codes) if (expiresAt < this.nowMs()) this.codes.delete(code);
    const code = `WC${randomBytes(24).toString('base64url')}`;
    this.codes.set(code, { corpId, externalUserId, expiresAt: this.nowMs() + this.lifeMs(), used: false });
    return code;
  }

  /** The chat began before anybody greeted (41051). */
  chatStarted(code: string): void {
    const entry = this.codes.get(code);
    if (entry) entry.used = true;
  }

  use(corpId: string, code: string): string {
    const entry = this.codes.get(code);
    if (!entry || entry.corpId !== corpId || entry.expiresAt <= this.nowMs()) throw new WecomError(41050);
    if (entry.used) throw new WecomError(41051);
    entry.used = true;
    return entry.externalUserId;
  }
}
