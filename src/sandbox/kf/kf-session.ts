/** 0 new, 1 answered by API, 2 queued, 3 with a servicer, 4 ended or never begun (page 94669). */
export type KfState = 0 | 1 | 2 | 3 | 4;

const WINDOW_S = 48 * 3600;
const MESSAGES_MAX = 5;
/** Where `service_state/trans` may lead. To 4, and to the same state again, is told by one source only. */
const STEPS: Record<KfState, readonly KfState[]> = { 0: [1, 2, 3], 1: [2, 3], 2: [3], 3: [3, 4], 4: [] };
const UNCONFIRMED_STEPS: Record<KfState, readonly KfState[]> = { 0: [4], 1: [1, 4], 2: [2, 4], 3: [], 4: [] };

/** What one customer has with one kf account. */
export class KfSession {
  state: KfState = 4;
  servicerUserId?: string;
  /** The customer has written at least once, at any time. */
  hasWritten = false;
  welcomedAt?: number;
  private lastMessageAt = -Infinity;
  private reopenedAt = -Infinity;
  private sentSince = 0;
  private readonly codesGiven = new Set<KfState>();

  /** A session ends by itself after 48 h in which neither the customer wrote nor a servicer reopened it. */
  expire(nowS: number): void {
    if (nowS - Math.max(this.lastMessageAt, this.reopenedAt) >= WINDOW_S) this.enter(4);
  }

  /** A servicer writes into an ended session. */
  reopen(nowS: number, servicerUserId: string): void {
    this.reopenedAt = nowS;
    this.enter(3, servicerUserId);
  }

  /** A new message opens a new session and both counters. */
  customerWrites(nowS: number): void {
    this.expire(nowS);
    if (this.state === 4) {
      this.enter(0);
      this.codesGiven.clear();
    }
    this.hasWritten = true;
    this.lastMessageAt = nowS;
    this.sentSince = 0;
  }

  mayGo(to: KfState, strict: boolean): boolean {
    return STEPS[this.state].includes(to) || (!strict && UNCONFIRMED_STEPS[this.state].includes(to));
  }

  enter(state: KfState, servicerUserId?: string): void {
    this.state = state;
    if (state === 3 && servicerUserId !== undefined) this.servicerUserId = servicerUserId;
    else delete this.servicerUserId;
  }

  /** A code comes with the first time in 2 and in 3, and with every end. */
  earnsCode(state: KfState): boolean {
    if (state === 4) return true;
    if ((state !== 2 && state !== 3) || this.codesGiven.has(state)) return false;
    this.codesGiven.add(state);
    return true;
  }

  /** 95002 after 48 h, 95001 for the sixth message, 95013 and 95018 where the API may not speak; 0 = counted. */
  send(nowS: number): number {
    if (this.hasWritten && nowS - this.lastMessageAt >= WINDOW_S) return 95002;
    if (this.state === 4) return this.hasWritten ? 95013 : 95018;
    if (this.state > 1) return 95018;
    if (this.sentSince >= MESSAGES_MAX) return 95001;
    this.sentSince += 1;
    return 0;
  }
}
