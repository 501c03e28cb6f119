import type { GroupChat } from '../world/corp.types.js';

/** REST sees a group change about 2 s after its event (page 92130); until then it answers the state before. */
export class GroupLag {
  private readonly before = new Map<string, { until: number; chat: GroupChat | undefined }[]>();

  constructor(
    private readonly nowMs: () => number,
    private readonly lagMs: () => number,
  ) {}

  /** Call before a change; `chat` is undefined for a group that is about to be made. */
  remember(chatId: string, chat: GroupChat | undefined): void {
    if (this.lagMs() <= 0) return;
    const entries = this.pending(chatId);
    entries.push({ until: this.nowMs() + this.lagMs(), chat: chat && structuredClone(chat) });
    this.before.set(chatId, entries);
  }

  view(chatId: string, current: GroupChat | undefined): GroupChat | undefined {
    const [oldest] = this.pending(chatId);
    return oldest ? oldest.chat : current;
  }

  private pending(chatId: string): { until: number; chat: GroupChat | undefined }[] {
    const entries = (this.before.get(chatId) ?? []).filter((entry) => entry.until > this.nowMs());
    if (entries.length === 0) this.before.delete(chatId);
    return entries;
  }
}
