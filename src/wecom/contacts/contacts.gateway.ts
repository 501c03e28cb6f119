import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import type { Answer } from '../client/answer.js';
import { wecomApi } from '../client/api.js';
import { assertCharacters, assertItems } from '../client/lengths.js';
import { WecomApiError } from '../client/wecom-api-error.js';
import { WecomClient } from '../client/wecom-client.js';
import type {
  RemarkChange,
  WecomContact,
  WecomContactsOfStaff,
  WecomFollow,
  WecomFollowTag,
} from './contact.types.js';

const STAFF_PER_CALL_MAX = 100;
const CONTACTS_PER_PAGE = 100;
/** 500 followers a page; nobody has 50,000, so more pages mean a cursor that runs in circles. */
const FOLLOWER_PAGES_MAX = 100;
const NOT_EXTERNAL_CONTACT = 84061;

/** Customers (外部联系人) and who follows them. All methods throw WecomApiError; none may run inside a unit of work. */
@Injectable()
export class ContactsGateway {
  constructor(private readonly client: WecomClient) {}

  /** Staff with the 客户联系 permission inside the app's visible range; no paging (page 92571). */
  listFollowUserIds(corpId: CorpId): Promise<string[]> {
    return this.client.call(corpId, wecomApi.listFollowUsers, {}, (answer) => answer.texts('follow_user'));
  }

  /**
   * One contact with all followers that the app may see; reads further pages where there are more than 500 (page 92114).
   * @throws WecomApiError 40096 unknown or no follower in range, 48011 follower not active enough (keep what we have).
   */
  async getContact(corpId: CorpId, externalUserId: string): Promise<WecomContact> {
    let contact: WecomContact | undefined;
    let cursor: string | undefined;
    for (let page = 0; page < FOLLOWER_PAGES_MAX; page++) {
      const query = { external_userid: externalUserId, ...(cursor ? { cursor } : {}) };
      const answer = await this.client.call(corpId, wecomApi.getContact, { query }, readContactPage);
      if (contact) contact.follows.push(...answer.contact.follows);
      else contact = answer.contact;
      cursor = answer.nextCursor;
      if (!cursor) return contact;
    }
    throw WecomApiError.malformed(wecomApi.getContact.name, 'next_cursor never ends');
  }

  /**
   * One page of the customers of up to 100 staff; the cheap way to read all (page 92994). Personal tags are left out by
   * WeCom. A page may be shorter than the limit; the last one has an empty `nextCursor`.
   * @throws WecomApiError 50100 when the cursor is not valid any more: start the same staff from an empty cursor.
   */
  async listByStaff(
    corpId: CorpId,
    userIds: readonly string[],
    cursor: string,
  ): Promise<WecomContactsOfStaff> {
    assertItems('userIds', userIds, STAFF_PER_CALL_MAX);
    const body = { userid_list: userIds, cursor, limit: CONTACTS_PER_PAGE };
    return this.client.call(corpId, wecomApi.listContactsByStaff, { body }, (answer) => ({
      items: answer.objects('external_contact_list').map((item) => {
        const follow = item.object('follow_info');
        return {
          contact: readProfile(item.object('external_contact')),
          follow: { ...readRelation(follow), corpTagIds: follow.texts('tag_id') },
        };
      }),
      nextCursor: answer.maybeText('next_cursor') ?? '',
      unlicensedUserIds: answer.maybeObject('fail_info')?.texts('unlicensed_userid_list') ?? [],
    }));
  }

  /** All external user ids of one staff member; empty also when that member has no customers (page 92113). */
  async listExternalUserIds(corpId: CorpId, userId: string): Promise<string[]> {
    try {
      return await this.client.call(
        corpId,
        wecomApi.listExternalUserIds,
        { query: { userid: userId } },
        (answer) => answer.texts('external_userid'),
      );
    } catch (error) {
      // 92113: a member without customers answers "not external contact" instead of an empty list.
      if (error instanceof WecomApiError && error.errcode === NOT_EXTERNAL_CONTACT) return [];
      throw error;
    }
  }

  /**
   * Changes remark fields of one relation (page 92115). WeCom sends no callback for it, so store the result.
   * @throws AppError wecom.argument_too_long; WecomApiError 84061 when there is no such relation.
   */
  async updateRemark(corpId: CorpId, change: RemarkChange): Promise<void> {
    assertCharacters('remark', change.remark, 20);
    assertCharacters('description', change.description, 150);
    assertCharacters('remarkCorpName', change.remarkCorpName, 20);
    const { remarkMobiles: mobiles } = change;
    const body = {
      userid: change.userId,
      external_userid: change.externalUserId,
      remark: change.remark,
      description: change.description,
      remark_company: change.remarkCorpName,
      remark_mobiles: mobiles?.length === 0 ? [''] : mobiles, // 92115: an empty string clears the list
    };
    await this.client.call(corpId, wecomApi.changeRemark, { body }, () => undefined);
  }
}

function readContactPage(answer: Answer): { contact: WecomContact; nextCursor: string | undefined } {
  const follows = answer
    .objects('follow_user')
    .map((item) => ({ ...readRelation(item), tags: readTags(item) }));
  const profile = readProfile(answer.object('external_contact'));
  return { contact: { ...profile, follows }, nextCursor: answer.maybeText('next_cursor') };
}

function readProfile(contact: Answer): Omit<WecomContact, 'follows'> {
  return {
    externalUserId: contact.text('external_userid'),
    name: contact.maybeText('name') ?? '',
    type: contact.maybeInteger('type') ?? 1,
    gender: contact.maybeInteger('gender') ?? 0,
    avatarUrl: contact.maybeText('avatar'),
    unionId: contact.maybeText('unionid'),
    position: contact.maybeText('position'),
    corpName: contact.maybeText('corp_name'),
    corpFullName: contact.maybeText('corp_full_name'),
  };
}

function readRelation(follow: Answer): Omit<WecomFollow, 'tags'> {
  return {
    userId: follow.text('userid'),
    remark: follow.maybeText('remark') ?? '',
    description: follow.maybeText('description') ?? '',
    createdAt: follow.time('createtime'),
    addWay: follow.maybeInteger('add_way') ?? 0,
    state: follow.maybeText('state'),
    operatorId: follow.maybeText('oper_userid'),
    remarkCorpName: follow.maybeText('remark_corp_name'),
    remarkMobiles: follow.texts('remark_mobiles').filter((mobile) => mobile !== ''),
  };
}

/** Page 92114: 1 corp tag, 2 personal (without id), 3 strategy tag. A kind that we do not know is left out. */
const TAG_KINDS = new Map<number, WecomFollowTag['kind']>([
  [1, 'corp'],
  [2, 'personal'],
  [3, 'strategy'],
]);

function readTags(follow: Answer): WecomFollowTag[] {
  return follow.objects('tags').flatMap((tag): WecomFollowTag[] => {
    const kind = TAG_KINDS.get(tag.maybeInteger('type') ?? 1);
    if (!kind) return [];
    const names = { name: tag.maybeText('tag_name') ?? '', groupName: tag.maybeText('group_name') ?? '' };
    return kind === 'personal' ? [{ ...names, kind }] : [{ id: tag.text('tag_id'), ...names, kind }];
  });
}
