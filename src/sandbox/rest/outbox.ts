import type { SentMessage } from '../sandbox.types.js';

const MESSAGES_MAX = 5000;
/** Per app and member; the surplus is dropped without a word (page 90236). */
const PER_MINUTE = 30;
const PER_HOUR = 1000;

/** What members and customers received. */
export class Outbox {
  private readonly messages: SentMessage[] = [];

  all(): SentMessage[] {
    return this.messages.map((message) => ({ ...message }));
  }

  find(msgId: string): SentMessage | undefined {
    return this.messages.find((message) => message.msgId === msgId);
  }

  /** An identical message of the same app inside the interval (`enable_duplicate_check`). */
  findSame(corpId: string, agentId: number, body: string, sinceMs: number): SentMessage | undefined {
    return this.messages.find(
      (message) =>
        message.kind === 'app' &&
        message.corpId === corpId &&
        message.agentId === agentId &&
        message.at > sinceMs &&
        JSON.stringify(message.body) === body,
    );
  }

  add(message: Omit<SentMessage, 'droppedFor'>): SentMessage {
    const dropped =
      message.kind === 'app' ? message.to.filter((userId) => this.isOverLimit(message, userId)) : [];
    const sent = {
      ...message,
      to: message.to.filter((userId) => !dropped.includes(userId)),
      droppedFor: dropped,
    };
    this.messages.push(sent);
    if (this.messages.length > MESSAGES_MAX) this.messages.shift();
    return sent;
  }

  private isOverLimit({ corpId, agentId, at }: Omit<SentMessage, 'droppedFor'>, userId: string): boolean {
    const since = (ageMs: number) =>
      this.messages.filter(
        (message) =>
          message.corpId === corpId &&
          message.agentId === agentId &&
          message.at > at - ageMs &&
          message.to.includes(userId),
      ).length;
    return since(60_000) >= PER_MINUTE || since(3_600_000) >= PER_HOUR;
  }
}
