import type { EventHost } from '../control/event-host.js';
import type { EventTarget } from '../sandbox.types.js';

/** At most one bell in this time (page 95039). */
const QUIET_S = 15;

/** 会话内容存档: `msgaudit_notify` carries nothing; it only says that there is something new to pull. */
export class ArchiveBell {
  private readonly rungAt = new Map<string, number>();
  private readonly waiting = new Map<string, EventTarget>();

  constructor(private readonly host: EventHost) {}

  /** New messages: rings now, or as soon as 15 s have passed since the last time. */
  messagesArrive(target: EventTarget): void {
    this.waiting.set(this.host.world.get(target.corpId).corpId, target);
    this.ringWhereDue();
  }

  ringWhereDue(): void {
    const now = this.host.nowS();
    for (const [corpId, target] of this.waiting) {
      if (now - (this.rungAt.get(corpId) ?? -Infinity) < QUIET_S) continue;
      this.waiting.delete(corpId);
      this.rungAt.set(corpId, now);
      const place = this.host.places.archive(corpId);
      this.host.router.toPlace(target, corpId, place, 'msgaudit_notify', [['AgentID', place.agentId]]);
    }
  }
}
