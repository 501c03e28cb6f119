import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import type { Answer } from '../client/answer.js';
import { wecomApi } from '../client/api.js';
import { assertCharacters } from '../client/lengths.js';
import { WecomClient } from '../client/wecom-client.js';
import type { WecomCorpTag, WecomCorpTagGroup } from './corp-tag.types.js';

const NAME_MAX_CHARACTERS = 30;

/**
 * The corp's tag library (企业客户标签, pages 92117 and 92118). An app changes only the tags that it made (301002). WeCom
 * sends no callback for what is done here, so store the result. All methods throw WecomApiError.
 */
@Injectable()
export class CorpTagsGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * The whole library without a filter; `tagIds` are ignored where `groupIds` are given too. Deleted ones come, marked,
   * only when asked for by id.
   * @throws WecomApiError 40068 when an id is unknown.
   */
  list(
    corpId: CorpId,
    filter: { tagIds?: string[]; groupIds?: string[] } = {},
  ): Promise<WecomCorpTagGroup[]> {
    const body = { tag_id: filter.tagIds, group_id: filter.groupIds };
    return this.client.call(corpId, wecomApi.listCorpTags, { body }, (answer) =>
      answer.objects('tag_group').map(readGroup),
    );
  }

  /**
   * Adds tags to a group, by id, or by a name that is made when missing. Not repeated without an answer: after a lost
   * one read the library. @throws WecomApiError 40071 when the name exists, 40126 above 10,000 tags.
   */
  async add(
    corpId: CorpId,
    change: { groupId?: string; groupName?: string; tags: { name: string; order?: number }[] },
  ): Promise<WecomCorpTagGroup> {
    assertCharacters('groupName', change.groupName, NAME_MAX_CHARACTERS);
    for (const tag of change.tags) assertCharacters('name', tag.name, NAME_MAX_CHARACTERS);
    const body = { group_id: change.groupId, group_name: change.groupName, tag: change.tags };
    return this.client.call(corpId, wecomApi.addCorpTags, { body }, (answer) =>
      readGroup(answer.object('tag_group')),
    );
  }

  /** Renames or reorders a tag or a tag group. */
  async edit(corpId: CorpId, id: string, change: { name?: string; order?: number }): Promise<void> {
    assertCharacters('name', change.name, NAME_MAX_CHARACTERS);
    await this.client.call(corpId, wecomApi.editCorpTag, { body: { id, ...change } }, () => undefined);
  }

  /** Deleting the last tag of a group deletes the group; deleting a group deletes its tags. */
  async remove(corpId: CorpId, ids: { tagIds?: string[]; groupIds?: string[] }): Promise<void> {
    const body = { tag_id: ids.tagIds ?? [], group_id: ids.groupIds ?? [] };
    await this.client.call(corpId, wecomApi.deleteCorpTags, { body }, () => undefined);
  }

  /**
   * Changes the tags of one relation. WeCom refuses parallel calls for the same pair (45035): one at a time for each
   * staff member. @throws WecomApiError 84061 no such relation, 40144 too many tags.
   */
  async mark(
    corpId: CorpId,
    change: { userId: string; externalUserId: string; addTagIds?: string[]; removeTagIds?: string[] },
  ): Promise<void> {
    const body = {
      userid: change.userId,
      external_userid: change.externalUserId,
      add_tag: change.addTagIds ?? [],
      remove_tag: change.removeTagIds ?? [],
    };
    await this.client.call(corpId, wecomApi.markCorpTags, { body }, () => undefined);
  }
}

function readGroup(group: Answer): WecomCorpTagGroup {
  return {
    id: group.text('group_id'),
    name: group.maybeText('group_name') ?? '',
    createdAt: group.time('create_time'),
    order: group.maybeInteger('order') ?? 0,
    deleted: group.flag('deleted'),
    tags: group.objects('tag').map(readTag),
  };
}

function readTag(tag: Answer): WecomCorpTag {
  return {
    id: tag.text('id'),
    name: tag.maybeText('name') ?? '',
    createdAt: tag.time('create_time'),
    order: tag.maybeInteger('order') ?? 0,
    deleted: tag.flag('deleted'),
  };
}
