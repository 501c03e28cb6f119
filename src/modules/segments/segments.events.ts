import { defineEvent } from '../../platform/events/event.js';

/** WeCom's ids in one event: what one unit of work ends may be the whole library of 10,000 tags. */
export const TAGS_PER_EVENT_MAX = 500;

/**
 * Corp tags, or tags of a rule group (规则组), are gone, alone or with their group: by an event of WeCom or because a sync
 * did not see them any more. WeCom tells nothing to the customers that carried them (callbacks.md 3.3).
 */
export interface CorpTagsDeleted {
  /** WeCom's tag ids, at most 500. */
  wecomTagIds: string[];
}
export const corpTagsDeleted = defineEvent<CorpTagsDeleted>('segments.corp_tags_deleted', 1);
