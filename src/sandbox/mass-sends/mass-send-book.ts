import { randomBytes } from 'node:crypto';
import { dayNumber, monthOf } from '../china-calendar.js';
import type { MassSendTaskSummary, SandboxSwitches } from '../sandbox.types.js';

/** 0 unsent, 1 sent, 2 not a friend (any more), 3 got other mass messages already (page 93338). */
export type TargetStatus = 0 | 1 | 2 | 3;

export interface MassSendTarget {
  /** A customer, or a group. */
  id: string;
  status: TargetStatus;
  sentAt?: number;
}

/** What one member has to confirm. */
export interface MassSendTask {
  userId: string;
  confirmedAt?: number;
  targets: MassSendTarget[];
}

export interface MassSend {
  msgId: string;
  corpId: string;
  agentId: number;
  chatType: 'single' | 'group';
  createdAt: number;
  /** The member who made it himself; absent when the API did. */
  creator?: string;
  allowSelect: boolean;
  /** `text` and `attachments` as they came. */
  content: Record<string, unknown>;
  tasks: MassSendTask[];
  cancelled?: true;
  remindedAt: number[];
}

const DAY_S = 86_400;
const REMINDERS_MAX = 3;
const WEEK_MAX = 7;

/** 群发: nothing leaves before a member confirms. Not kept over a restart. */
export class MassSendBook {
  private readonly sends: MassSend[] = [];
  /** Days on which a customer or group received something, one entry a message. */
  private readonly receivedOn = new Map<string, number[]>();

  constructor(private readonly rule: () => SandboxSwitches['massSendRule']) {}

  add(send: Omit<MassSend, 'msgId' | 'remindedAt'>): MassSend {
    const kept = { ...send, msgId: `msg${randomBytes(22).toString('base64url')}`, remindedAt: [] };
    this.sends.push(kept);
    return kept;
  }

  find(corpId: string, msgId: string): MassSend | undefined {
    return this.sends.find((send) => send.corpId === corpId && send.msgId === msgId);
  }

  /** In order of creation, each with a position that a cursor can keep. */
  ofCorp(corpId: string, after: number): { position: number; send: MassSend }[] {
    return this.sends
      .map((send, index) => ({ position: index + 1, send }))
      .filter(({ position, send }) => position > after && send.corpId === corpId);
  }

  /** Of every member who has one, also of those that he made himself. */
  tasks(): MassSendTaskSummary[] {
    return this.sends.flatMap(({ corpId, msgId, cancelled = false, tasks }) =>
      tasks.map(({ userId, confirmedAt, targets }) => ({
        corpId,
        msgId,
        userId,
        to: targets.map(({ id }) => id),
        confirmed: confirmedAt !== undefined,
        cancelled,
      })),
    );
  }

  /** As many a month as it has days; the console offers 7 a week or 1 a day instead (page 92135). */
  mayReceive(corpId: string, targetId: string, nowS: number): boolean {
    const days = this.receivedOn.get(`${corpId} ${targetId}`) ?? [];
    const today = dayNumber(nowS);
    const since = (first: number) => days.filter((day) => day >= first).length;
    switch (this.rule()) {
      case 'day':
        return since(today) < 1;
      case 'week':
        // 1970-01-01 was a Thursday; a week begins on Monday.
        return since(today - ((today + 3) % 7)) < WEEK_MAX;
      case 'month': {
        const month = monthOf(nowS);
        return since(dayNumber(month.startS)) < month.days;
      }
    }
  }

  received(corpId: string, targetId: string, nowS: number): void {
    const key = `${corpId} ${targetId}`;
    const days = this.receivedOn.get(key) ?? [];
    days.push(dayNumber(nowS));
    this.receivedOn.set(key, days);
  }

  /** False for a fourth reminder within 24 h. */
  remind(send: MassSend, nowS: number): boolean {
    if (send.remindedAt.filter((at) => at > nowS - DAY_S).length >= REMINDERS_MAX) return false;
    send.remindedAt.push(nowS);
    return true;
  }
}
