import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { ContactsGateway, WecomApiError, wecomErrors } from '../../../../wecom/index.js';
import { isFulfilled, type RemarkRefusal } from '../domain/remark-write.js';
import { staffKeyOf } from '../domain/staff-key.js';
import { type OpenRemarkWrite, RemarkWriteStore } from '../persistence/remark-write-store.js';
import { ReadContactFromWecom } from './read-contact.js';
import { RequestRemark } from './request-remark.js';
import { StoreContact } from './store-contact.js';

/** While WeCom does not answer, or a limit holds. */
const PAUSE_MS = 15_000;

/**
 * Brings one remark to WeCom. What it did with a call that nobody answered is read before it is called again, since a
 * second call could undo what a member wrote in between. Outside any unit of work.
 */
@Injectable()
export class WriteRemark {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly contacts: ContactsGateway,
    private readonly writes: RemarkWriteStore,
    private readonly reading: ReadContactFromWecom,
    private readonly storing: StoreContact,
    private readonly requests: RequestRemark,
  ) {}

  async write(corpId: CorpId, relationId: string): Promise<void> {
    const write = await this.unit.read(corpId, () => this.writes.findOpen(relationId));
    if (!write) return;
    if (write.state !== 'waiting') await this.settle(corpId, write, write.state);
    else if (await this.call(corpId, write)) await this.settle(corpId, write, 'accepted');
  }

  /** @returns whether WeCom took it and nobody wishes something else by now. */
  private async call(corpId: CorpId, write: OpenRemarkWrite): Promise<boolean> {
    if (!(await this.unit.run(corpId, () => this.writes.move(write, 'calling')))) return false;
    const { staffUserId: userId, externalUserId } = write;
    const { phones, ...fields } = write.wish;
    const change = { ...fields, ...(phones && { remarkMobiles: [...phones] }) };
    try {
      await this.contacts.updateRemark(corpId, { userId, externalUserId, ...change });
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      const refusal = refusalIn(error);
      await this.unit.run(corpId, async () => {
        if (refusal) return void (await this.writes.move(write, 'refused', refusal));
        if (NOT_ACTED.has(error.code)) await this.writes.move(write, 'waiting');
        await this.requests.wake(write.relationId, error.retryAfterMs ?? PAUSE_MS);
      });
      return false;
    }
    return this.unit.run(corpId, () => this.writes.move(write, 'accepted'));
  }

  /** WeCom sends no callback for what we write (page 92130): the mirror takes it from a read. */
  private async settle(corpId: CorpId, write: OpenRemarkWrite, state: 'calling' | 'accepted'): Promise<void> {
    try {
      const read = await this.reading.read(corpId, write.externalUserId, write.staffUserId);
      const key = staffKeyOf(write.staffUserId);
      const follow = read.contact?.follows.find(({ userId }) => staffKeyOf(userId) === key);
      const isDone = state === 'accepted' || (follow !== undefined && isFulfilled(write.wish, follow));
      await this.unit.run(corpId, async () => {
        await this.storing.store(read);
        const moved = await this.writes.move(write, isDone ? 'done' : 'waiting');
        if (moved && !isDone) await this.requests.wake(write.relationId);
      });
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      const refusal = refusalIn(error);
      await this.unit.run(corpId, async () => {
        if (!refusal) return this.requests.wake(write.relationId, error.retryAfterMs ?? PAUSE_MS);
        await (state === 'accepted'
          ? this.writes.move(write, 'done') // WeCom has it; that the mirror may not look is another matter
          : this.writes.move(write, 'refused', refusal));
      });
    }
  }
}

/** Refused or never sent, so WeCom has certainly not acted. */
const NOT_ACTED: ReadonlySet<string> = new Set([
  wecomErrors.call_refused.code,
  wecomErrors.call_postponed.code,
]);

/** What repeating does not change. @throws the error when nobody can say what it means: the job is parked in the end. */
function refusalIn(error: WecomApiError): RemarkRefusal | undefined {
  if (error.retryable) return undefined;
  if (error.code === wecomErrors.answer_malformed.code) throw error;
  return { errcode: error.errcode, problem: error.code };
}
