import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { CorpTagsGateway, WecomApiError } from '../../../wecom/index.js';
import type { CorpTagGroupReading, TagQuestion } from '../domain/corp-tag.js';

/** "invalid tagid": tag or tag group unknown. */
const UNKNOWN_TAG = 40068;

export interface TagAnswer {
  readonly question: TagQuestion;
  /** Undefined when WeCom does not know the id. */
  readonly groups: readonly CorpTagGroupReading[] | undefined;
}

/** Asks WeCom about one tag, one group or the library. Outside any unit of work. */
@Injectable()
export class CorpTagReader {
  constructor(private readonly gateway: CorpTagsGateway) {}

  async read(corpId: CorpId, question: TagQuestion): Promise<TagAnswer> {
    try {
      return { question, groups: await this.gateway.list(corpId, filterOf(question)) };
    } catch (error) {
      if (error instanceof WecomApiError && error.errcode === UNKNOWN_TAG) {
        return { question, groups: undefined };
      }
      throw error;
    }
  }
}

function filterOf(question: TagQuestion): { tagIds?: string[]; groupIds?: string[] } {
  if (question.ask === 'all') return {};
  return question.ask === 'group' ? { groupIds: [question.id] } : { tagIds: [question.id] };
}
