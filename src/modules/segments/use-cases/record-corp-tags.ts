import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Events } from '../../../platform/events/events.js';
import { type CorpTagGroupReading, isGroupDeleted, mergeTag, type TagState } from '../domain/corp-tag.js';
import { CorpTagRepository, type StoredTag } from '../persistence/corp-tag-repository.js';
import { corpTagsDeleted, TAGS_PER_EVENT_MAX } from '../segments.events.js';

export interface TagChanges {
  readonly inserted: number;
  readonly changed: number;
  readonly ended: number;
}

/** The one way by which WeCom's answers about tags reach the mirror, from syncs and from events alike. */
@Injectable()
export class RecordCorpTags {
  constructor(
    private readonly tags: CorpTagRepository,
    private readonly events: Events,
  ) {}

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

    const ended = nextTags.filter(
      ({ wecomId, deletedAt }) => deletedAt && isLive(storedTags.get(wecomId), readAt),
    );
    await this.appendDeleted([...ended.map(({ wecomId }) => wecomId), ...cascaded]);

    const tagStates = nextTags.map(({ wecomGroupId: _, ...state }) => state);
    const counts = countChanges(
      nextGroups,
      storedGroups,
      readAt,
      countChanges(tagStates, storedTags, readAt),
    );
    return { ...counts, ended: counts.ended + cascaded.length };
  }

  /** WeCom answered that it knows no such tag or group (40068). */
  async recordGone(kind: 'group' | 'tag', wecomId: string, readAt: Date): Promise<void> {
    const stored = (await this.tags.lock(kind, [wecomId])).get(wecomId);
    await this.tags.end(kind, wecomId, readAt);
    if (kind === 'group') await this.appendDeleted(await this.tags.endTagsOfDeletedGroups());
    else if (isLive(stored, readAt)) await this.appendDeleted([wecomId]);
  }

  /** What a complete pass did not see. @returns how many groups and tags. */
  async endMissing(startedAt: Date): Promise<number> {
    const groupIds = await this.tags.endMissing('group', startedAt);
    const tagIds = await this.tags.endMissing('tag', startedAt);
    await this.appendDeleted(tagIds);
    return groupIds.length + tagIds.length;
  }

  private async appendDeleted(wecomTagIds: readonly string[]): Promise<void> {
    for (let start = 0; start < wecomTagIds.length; start += TAGS_PER_EVENT_MAX) {
      const page = wecomTagIds.slice(start, start + TAGS_PER_EVENT_MAX);
      await this.events.append(corpTagsDeleted, { wecomTagIds: page });
    }
  }

  /** Tags of a rule group (规则组) are kept and marked. */
  async markStrategy(kind: 'group' | 'tag', wecomId: string, strategyId: string): Promise<void> {
    await this.tags.markStrategy(kind, wecomId, strategyId);
  }
}

function idsOf(readings: readonly { readonly id: string }[]): string[] {
  return readings.map(({ id }) => id);
}

/** Whether this reading may end it. One that we never saw may all the same be carried by customers. */
function isLive(stored: StoredTag | undefined, readAt: Date): boolean {
  return !stored || (!stored.deletedAt && stored.fetchedAt <= readAt);
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
