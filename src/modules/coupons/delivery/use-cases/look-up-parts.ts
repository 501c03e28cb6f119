import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { MassSendsGateway, type MassSendTask, WecomApiError } from '../../../../wecom/index.js';
import { type Announcement, type AnnouncementPart, isSameText } from '../domain/announcement.js';
import { PartStore } from '../persistence/part-store.js';
import { allPages } from './all-pages.js';

const MINUTE_MS = 60_000;
/** By then the process that called has its answer or is dead. */
export const LOOKED_UP_AFTER_MS = 2 * MINUTE_MS;
/** What WeCom has not listed by then it has not taken. */
export const NOT_TAKEN_AFTER_MS = 10 * MINUTE_MS;
/** How far WeCom's clock and ours may be apart. */
const SKEW_MS = 5 * MINUTE_MS;

/**
 * What became of calls that nobody answered: the process died between WeCom's acceptance and our record, or the answer was
 * lost. WeCom's own list tells, so no customer gets an announcement twice. Outside any unit of work.
 */
@Injectable()
export class LookUpParts {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly wecom: MassSendsGateway,
    private readonly parts: PartStore,
    private readonly clock: Clock,
  ) {}

  /** @returns when to look again; undefined when nothing is unknown any more. @throws WecomApiError */
  async lookUp(corpId: CorpId, announcement: Announcement): Promise<Date | undefined> {
    const parts = await this.unit.read(corpId, () => this.parts.listCalling(announcement.id));
    let again: Date | undefined;
    for (const part of parts) {
      const age = this.clock.now().getTime() - part.calledAt.getTime();
      const isFound = age >= LOOKED_UP_AFTER_MS && (await this.find(corpId, announcement, part));
      if (isFound) continue;
      if (age >= NOT_TAKEN_AFTER_MS) await this.unit.run(corpId, () => this.parts.putBack(part));
      else
        again ??= new Date(
          part.calledAt.getTime() + (age < LOOKED_UP_AFTER_MS ? LOOKED_UP_AFTER_MS : NOT_TAKEN_AFTER_MS),
        );
    }
    return again;
  }

  /**
   * The message that an API made since, with our text, for this one member and for recipients of this part. Not for them
   * alone: who was erased since is not known here any more.
   */
  private async find(corpId: CorpId, { text }: Announcement, part: AnnouncementPart): Promise<boolean> {
    const expected = new Set(await this.unit.read(corpId, () => this.parts.recipientsOf(part.id)));
    const from = new Date(part.calledAt.getTime() - SKEW_MS);
    const until = this.clock.now(); // by the last look later than WeCom's clock at the call, were it ahead by the skew
    const pages = allPages((cursor) => this.wecom.list(corpId, { from, until, madeBy: 'api', cursor }));
    for await (const items of pages) {
      const alike = items.filter((item) => isSameText(item.text, text)).map(({ msgId }) => msgId);
      const own = await this.unit.read(corpId, () => this.parts.ownMessages(alike));
      for (const msgId of alike.filter((id) => !own.has(id))) {
        const taken = await this.recipientsAt(corpId, msgId, part.senderUserId);
        if (![...taken].some((id) => expected.has(id))) continue;
        const refused = [...expected].filter((id) => !taken.has(id));
        await this.unit.run(corpId, () => this.parts.markHanded(part, msgId, refused));
        return true;
      }
    }
    return false;
  }

  /** Whom WeCom gave the task for; nobody when it is not this member's alone. */
  private async recipientsAt(corpId: CorpId, msgId: string, senderUserId: string): Promise<Set<string>> {
    const taken = new Set<string>();
    const { items } = await this.tasksOf(corpId, msgId);
    const isHis = items.length === 1 && items[0]?.userId.toLowerCase() === senderUserId.toLowerCase();
    if (!isHis) return taken;
    const pages = allPages((cursor) =>
      this.wecom.listResults(corpId, { msgId, userId: senderUserId }, cursor),
    );
    for await (const results of pages) for (const { externalUserId } of results) taken.add(externalUserId);
    return taken;
  }

  /** None of one that was stopped since: WeCom says no more of it (41093). */
  private async tasksOf(corpId: CorpId, msgId: string): Promise<{ items: MassSendTask[] }> {
    try {
      return await this.wecom.listTasks(corpId, msgId, '');
    } catch (error) {
      if (error instanceof WecomApiError && error.action === 'fail' && error.errcode > 0)
        return { items: [] };
      throw error;
    }
  }
}
