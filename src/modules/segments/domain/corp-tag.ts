/** A corp tag group (企业标签组) as WeCom shows it. */
export interface CorpTagGroupReading {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** 0 … 2^32 - 1, larger first. */
  readonly order: number;
  readonly deleted: boolean;
  readonly tags: readonly CorpTagReading[];
}

export type CorpTagReading = Omit<CorpTagGroupReading, 'tags'>;

/** One line of our mirror: a tag, or a tag group. */
export interface TagState {
  readonly wecomId: string;
  readonly name: string;
  readonly sortOrder: number;
  readonly createdAt: Date;
  /** Set on tags and groups of a rule group (规则组), which the corp tag library does not list. */
  readonly strategyId: string | null;
  readonly deletedAt: Date | null;
}

/** What to read again after an event. */
export type TagQuestion =
  | { readonly ask: 'all' }
  | { readonly ask: 'group'; readonly id: string }
  | { readonly ask: 'tag'; readonly id: string };

/** Names are not in the events, and an order without an id means the order of all groups (page 92130). */
export function questionAfter(event: {
  readonly changeType: string;
  readonly id?: string;
  readonly tagType?: string;
}): TagQuestion {
  const { id } = event;
  if (!id) return { ask: 'all' };
  if (event.changeType === 'shuffle' || event.tagType === 'tag_group') return { ask: 'group', id };
  return event.tagType === 'tag' ? { ask: 'tag', id } : { ask: 'all' };
}

/**
 * Whether an answer shows a group as deleted. Asked for by its own id, WeCom marks only the tags (page 92117); a group
 * without live tags cannot exist.
 */
export function isGroupDeleted(group: CorpTagGroupReading, askedByGroupId: boolean): boolean {
  return group.deleted || (askedByGroupId && group.tags.every((tag) => tag.deleted));
}

/** @param at when WeCom was asked. */
export function mergeTag(
  stored: TagState | undefined,
  read: CorpTagReading,
  deleted: boolean,
  at: Date,
): TagState {
  return {
    wecomId: read.id,
    name: read.name || (stored?.name ?? ''), // a deleted one may come without its name
    sortOrder: read.order,
    createdAt: read.createdAt,
    strategyId: stored?.strategyId ?? null,
    deletedAt: deleted ? (stored?.deletedAt ?? at) : null,
  };
}
