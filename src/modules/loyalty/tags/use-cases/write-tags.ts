import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { CorpTagsGateway, WecomApiError, wecomErrors } from '../../../../wecom/index.js';
import { type TagWrite, TagWriteStore } from '../persistence/tag-write-store.js';
import { RefreshTags } from './refresh-tags.js';

/** While WeCom does not answer, or a limit holds. */
const PAUSE_MS = 15_000;

/**
 * Brings tags to WeCom, one call for each relation and one after the other, since it refuses parallel calls of a pair
 * (45035). A call says which tags of ours come and go, so one that nobody answered is simply made again. Outside any unit
 * of work.
 */
@Injectable()
export class WriteTags {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly tags: CorpTagsGateway,
    private readonly writes: TagWriteStore,
    private readonly refreshing: RefreshTags,
  ) {}

  /** Until nothing is left to write, or WeCom asks to wait. */
  async write(corpId: CorpId, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const write = await this.unit.read(corpId, () => this.writes.next());
      if (!write) return;
      if (!(await this.unit.run(corpId, () => this.writes.call(write)))) continue;
      const pauseMs = await this.call(corpId, write);
      if (pauseMs === undefined) continue;
      return this.unit.run(corpId, () => this.refreshing.wake(pauseMs));
    }
  }

  /** @returns how long to wait, when WeCom could not be asked. */
  private async call(corpId: CorpId, write: TagWrite): Promise<number | undefined> {
    const { staffUserId: userId, externalUserId, put, wished } = write;
    const removeTagIds = put.filter((tag) => !wished.includes(tag));
    try {
      // both empty is refused (41017), and there is nothing to say
      if (wished.length + removeTagIds.length > 0) {
        await this.tags.mark(corpId, { userId, externalUserId, addTagIds: [...wished], removeTagIds });
      }
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      if (error.code === wecomErrors.answer_malformed.code) throw error;
      if (error.retryable) return error.retryAfterMs ?? PAUSE_MS;
      const refused = { put, state: 'refused' as const, errcode: error.errcode, problem: error.code };
      await this.unit.run(corpId, () => this.writes.settle(write, refused));
      return undefined;
    }
    await this.unit.run(corpId, () => this.writes.settle(write, { put: wished, state: 'done' }));
    return undefined;
  }
}
