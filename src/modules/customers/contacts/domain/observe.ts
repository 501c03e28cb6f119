import type { WecomContact, WecomContactOfStaff, WecomFollow } from '../../../../wecom/index.js';
import type { Observation, ObservedProfile, ObservedRelation, ReadAt } from './contact-observation.js';
import { type RelationTag, tagOfId } from './relation-tag.js';
import { staffKeyOf } from './staff-key.js';

/** An add event: who added whom, and when. */
export interface Addition {
  readonly staffUserId: string;
  readonly at: Date;
}

/** The full answer about one customer. */
export function observeContact(contact: WecomContact, readAt: ReadAt, addition?: Addition): Observation {
  const { follows, ...profile } = contact;
  const addedKey = addition && staffKeyOf(addition.staffUserId);
  const relations = follows.map((follow) => ({
    ...relationOf(profile, follow),
    ...(addition && staffKeyOf(follow.userId) === addedKey && { addedAt: addition.at }),
    tags: follow.tags.map(({ id, name, kind }): RelationTag => ({ kind, tag: id ?? name, name })),
  }));
  return { source: 'detail', readAt, profiles: [profile], relations };
}

/** A page of the batch listing. */
export function observeListing(items: readonly WecomContactOfStaff[], readAt: ReadAt): Observation {
  return {
    source: 'listing',
    readAt,
    profiles: items.map((item) => item.contact),
    relations: items.map(({ contact, follow }) => ({
      ...relationOf(contact, follow),
      tags: follow.corpTagIds.map(tagOfId),
    })),
  };
}

function relationOf(
  profile: ObservedProfile,
  follow: Omit<WecomFollow, 'tags'>,
): Omit<ObservedRelation, 'tags'> {
  return {
    externalUserId: profile.externalUserId,
    staffUserId: follow.userId,
    remark: follow.remark,
    description: follow.description,
    followedAt: follow.createdAt,
    addWay: follow.addWay,
    state: follow.state,
    operatorId: follow.operatorId,
    remarkCorpName: follow.remarkCorpName,
    phones: follow.remarkMobiles,
  };
}
