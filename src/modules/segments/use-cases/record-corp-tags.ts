import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { type CorpTagGroupReading, isGroupDeleted, mergeTag, type TagState } from '../domain/corp-tag.js';
import { CorpTagRepository, type StoredTag } from '../persistence/corp-tag-repository.js';

export interface TagChanges {
  readonly inserted: number;
  readonly changed: number;
  readonly ended: number;
}

/** The one way by which WeCom's answers about tags reach the mirror, from syncs and from events alike. */
@Injectable()
export class RecordCorpTags {
  constructor(private readonly tags: CorpTagRepository) {}

  async record(
    groups: readonly CorpTagGroupReading[],
    readAt: Date,
    options: { askedByGroupId?: boolean } = {},
  ): Promise<TagChanges> {
    const askedByGroupId = options.askedByGroupId ?? false;
    const deletedGroups = new Set(groups.filter((group) => isGroupDeleted(group, askedByGroupId)));

    const storedGroups = await this.tags.lock('group', idsOf(groups));
    const nextGroups = groups.map((group) =>
      mergeTag(storedGroups.get(group.id), group, deletedGroups.has(group), readAt),
    );
    await this.tags.saveGroups(nextGroups, readAt);

    const readTags = groups.flatMap((group) => group.tags.map((tag) => ({ group, tag })));
    const storedTags = await this.tags.lock('tag', idsOf(readTags.map(({ tag }) => tag)));
    const nextTags = readTags.map(({ group, tag }) => ({
      ...mergeTag(storedTags.get(tag.id), tag, tag.deleted || deletedGroups.has(group), readAt),
      wecomGroupId: group.id,
    }));
    await this.tags.saveTags(nextTags, readAt);
    const cascaded = await this.tags.endTagsOfDeletedGroups();

    const tagStates = nextTags.map(({ wecomGroupId: _, ...state }) => state);
    const counts = countChanges(
      nextGroups,
      storedGroups,
      readAt,
      countChanges(tagStates, storedTags, readAt),
    );
    return { ...counts, ended: counts.ended + cascaded };
  }

  /** WeCom answered that it knows no such tag or group (40068). */
  async recordGone(kind: 'group' | 'tag', wecomId: string, readAt: Date): Promise<void> {
    await this.tags.end(kind, wecomId, readAt);
    if (kind === 'group') await this.tags.endTagsOfDeletedGroups();
  }

  /** Tags of a rule group (规则组) are kept and marked. */
  async markStrategy(kind: 'group' | 'tag', wecomId: string, strategyId: string): Promise<void> {
    await this.tags.markStrategy(kind, wecomId, strategyId);
  }
}

function idsOf(readings: readonly { readonly id: string }[]): string[] {
  return readings.map(({ id }) => id);
}

function countChanges(
  next: readonly TagState[],
  stored: ReadonlyMap<string, StoredTag>,
  readAt: Date,
  counts: TagChanges = { inserted: 0, changed: 0, ended: 0 },
): TagChanges {
  let { inserted, changed, ended } = counts;
  for (const state of next) {
    const row = stored.get(state.wecomId);
    if (!row) inserted++;
    else if (row.fetchedAt > readAt) continue;
    else if (state.deletedAt && !row.deletedAt) ended++;
    else if (!isDeepStrictEqual({ ...state, fetchedAt: row.fetchedAt }, { ...row })) changed++;
  }
  return { inserted, changed, ended };
}
