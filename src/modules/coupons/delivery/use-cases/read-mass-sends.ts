import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Connections, MassSendsGateway, type MassSendTask, WecomApiError } from '../../../../wecom/index.js';
import { type MassWindow, massWindowAt } from '../domain/mass-limit.js';
import { MassStore } from '../persistence/mass-store.js';
import { allPages } from './all-pages.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Page 93338 lists at most a month. */
const LISTED_MAX_MS = 30 * DAY_MS;
/** A message may appear in the list later than it was made. */
const OVERLAP_MS = HOUR_MS;
/** Members who have not confirmed by then, do not. */
const FOLLOWED_MS = 7 * DAY_MS;
/** After the member confirmed, WeCom sends; whom he left out stays unsent for ever. */
const SETTLED_AFTER_MS = HOUR_MS;
/** Below the ten calls of one API that the client lets through at once. */
const AT_ONCE = 8;
const PAGE = 200;

/**
 * What customers got of mass messages, whoever made them: lists what is new, and asks for the results of each member who
 * confirmed. A kill loses nothing: what was not noted as read is read again. Outside any unit of work.
 */
@Injectable()
export class ReadMassSends {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly wecom: MassSendsGateway,
    private readonly connections: Connections,
    private readonly sends: MassStore,
    private readonly clock: Clock,
  ) {}

  /** @returns the window in which one more message would count. @throws WecomApiError while WeCom cannot be asked. */
  async read(corpId: CorpId, signal: AbortSignal): Promise<MassWindow> {
    const { massSendLimit } = await this.connections.get(corpId);
    await this.list(corpId, massWindowAt(massSendLimit, this.clock.now()).start);
    for (let after = ''; ;) {
      const msgIds = await this.unit.read(corpId, () => this.sends.listOpen(after, PAGE));
      for (let from = 0; from < msgIds.length; from += AT_ONCE) {
        signal.throwIfAborted();
        await Promise.all(msgIds.slice(from, from + AT_ONCE).map((msgId) => this.readSend(corpId, msgId)));
      }
      after = msgIds.at(-1) ?? after;
      if (msgIds.length < PAGE) break;
    }
    await this.settleOld(corpId);
    return massWindowAt(massSendLimit, this.clock.now());
  }

  /** The first time from a day before the window, for what was made yesterday may be confirmed today. */
  private async list(corpId: CorpId, windowStart: Date): Promise<void> {
    const now = this.clock.now();
    const until = now.getTime();
    const listedUntil = await this.unit.read(corpId, () => this.sends.listedUntil());
    const wanted = Math.max((listedUntil?.getTime() ?? 0) - OVERLAP_MS, windowStart.getTime() - DAY_MS);
    const from = new Date(Math.max(wanted, until - LISTED_MAX_MS));
    for await (const items of allPages((cursor) => this.wecom.list(corpId, { from, until: now, cursor }))) {
      await this.unit.run(corpId, () => this.sends.addSends(items));
    }
    await this.unit.run(corpId, () => this.sends.markListed(now));
  }

  private async readSend(corpId: CorpId, msgId: string): Promise<void> {
    try {
      const tasks: MassSendTask[] = [];
      for await (const items of allPages((cursor) => this.wecom.listTasks(corpId, msgId, cursor))) {
        tasks.push(...items);
      }
      const read = await this.unit.read(corpId, () => this.sends.readTasksOf(msgId));
      let open = 0;
      for (const { userId, confirmedAt } of tasks) {
        if (read.has(userId.toLowerCase())) continue;
        if (!confirmedAt || !(await this.readResults(corpId, { msgId, userId, confirmedAt }))) open++;
      }
      if (open === 0) await this.unit.run(corpId, () => this.sends.settle([msgId]));
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      if (error.errcode === NOT_DISPATCHED) return; // made a moment ago: the next time
      // stopped, or unknown: WeCom says no more of it
      if (error.action === 'fail' && error.errcode !== 0) {
        return this.unit.run(corpId, () => this.sends.settle([msgId]));
      }
      throw error;
    }
  }

  /** @returns whether all is known of what became of it. */
  private async readResults(
    corpId: CorpId,
    { msgId, userId, confirmedAt }: { msgId: string; userId: string; confirmedAt: Date },
  ): Promise<boolean> {
    let unsent = 0;
    const pages = allPages((cursor) => this.wecom.listResults(corpId, { msgId, userId }, cursor));
    for await (const results of pages) {
      unsent += results.filter(({ status }) => status === 'unsent').length;
      await this.unit.run(corpId, () => this.sends.recordResults(msgId, results, confirmedAt));
    }
    if (unsent > 0 && this.clock.now().getTime() - confirmedAt.getTime() < SETTLED_AFTER_MS) return false;
    await this.unit.run(corpId, () => this.sends.markTaskRead(msgId, userId.toLowerCase()));
    return true;
  }

  private async settleOld(corpId: CorpId): Promise<void> {
    const madeBefore = new Date(this.clock.now().getTime() - FOLLOWED_MS);
    for (let msgIds: string[] = []; ;) {
      msgIds = await this.unit.read(corpId, () => this.sends.listOpenOlderThan(madeBefore, PAGE));
      if (msgIds.length === 0) return;
      await this.unit.run(corpId, () => this.sends.settle(msgIds));
    }
  }
}

const NOT_DISPATCHED = 41063;
