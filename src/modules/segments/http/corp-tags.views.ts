import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import type { ListedCorpTag, ListedCorpTagGroup } from '../queries/list-corp-tags.js';

const CORP_TAG_GROUP_ID_PREFIX = 'ctg';
const CORP_TAG_ID_PREFIX = 'tag';
const NAME_MAX = 128;
const WECOM_ID_MAX = 64;
const ORDER_MAX = 4_294_967_295;
/** 10,000 tags in a corp (page 92117), which may all be in one group. */
const TAGS_MAX = 10_000;

export class CorpTagView {
  @PublicIdField(CORP_TAG_ID_PREFIX)
  id: string;

  @TextField({ max: WECOM_ID_MAX, example: 'etQ7x2CAAAtag000000000000001' })
  wecomTagId: string;

  @TextField({ max: NAME_MAX, example: '高意向' })
  name: string;

  @IntegerField({ min: 0, max: ORDER_MAX, example: 2, description: 'larger comes first' })
  order: number;

  @TextField({
    max: WECOM_ID_MAX,
    nullable: true,
    example: null,
    description: 'set on tags of a rule group (规则组)',
  })
  strategyId: string | null;

  @TimeField()
  createdAt: string;

  static of(this: void, tag: ListedCorpTag): CorpTagView {
    return {
      id: toPublicId(CORP_TAG_ID_PREFIX, tag.id),
      wecomTagId: tag.wecomTagId,
      name: tag.name,
      order: tag.sortOrder,
      strategyId: tag.strategyId,
      createdAt: new Date(tag.createdAtS * 1000).toISOString(),
    };
  }
}

export class CorpTagGroupView {
  @PublicIdField(CORP_TAG_GROUP_ID_PREFIX)
  id: string;

  @TextField({ max: WECOM_ID_MAX, example: 'etQ7x2CAAAgrp000000000000001' })
  wecomGroupId: string;

  @TextField({ max: NAME_MAX, example: '意向' })
  name: string;

  @IntegerField({ min: 0, max: ORDER_MAX, example: 10, description: 'larger comes first' })
  order: number;

  @TextField({
    max: WECOM_ID_MAX,
    nullable: true,
    example: null,
    description: 'set on a rule group (规则组)',
  })
  strategyId: string | null;

  @TimeField()
  createdAt: string;

  @ListField(() => CorpTagView, { maxItems: TAGS_MAX })
  tags: CorpTagView[];

  static of(this: void, group: ListedCorpTagGroup): CorpTagGroupView {
    return {
      id: toPublicId(CORP_TAG_GROUP_ID_PREFIX, group.id),
      wecomGroupId: group.wecomGroupId,
      name: group.name,
      order: group.sortOrder,
      strategyId: group.strategyId,
      createdAt: group.createdAt.toISOString(),
      tags: group.tags.map(CorpTagView.of),
    };
  }
}
