import { toPublicId } from '../../../../platform/context/typed-id.js';
import { allErrors, type ErrorDefinition } from '../../../../platform/errors/app-error.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { meaningOfErrcode } from '../../../../wecom/index.js';
import { RELATION_HISTORY_KINDS, type RelationHistoryKind } from '../domain/relation-history.js';
import { RELATION_TAG_KINDS, type RelationTagKind } from '../domain/relation-tag.js';
import type { ShownRelation, ShownRemarkWrite } from '../queries/get-customer.js';
import type { HistoryEntry } from '../queries/read-relation-history.js';
import type { ShownTag } from '../queries/shown-tag.js';

export const RELATION_ID_PREFIX = 'rel';

const ID_MAX = 64;
const NAME_MAX = 256;
const CODE_MAX = 100_000;

export class RelationTagView {
  @EnumField(RELATION_TAG_KINDS, {
    example: 'corp',
    description: 'corp 企业标签, personal 个人标签, strategy 规则组标签',
  })
  kind: RelationTagKind;

  @TextField({
    max: ID_MAX,
    nullable: true,
    example: 'etQ7x2CAAAtag000000000000001',
    description: 'null for personal tags',
  })
  id: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: '高意向', description: 'null: not known yet' })
  name: string | null;

  @TextField({
    max: NAME_MAX,
    min: 0,
    nullable: true,
    example: '意向',
    description: 'known for corp tags only',
  })
  groupName: string | null;

  static of(this: void, tag: ShownTag): RelationTagView {
    return { kind: tag.kind, id: tag.id, name: tag.name, groupName: tag.groupName };
  }
}

export class RelationEndView {
  @TimeField({ nullable: true, example: null, description: 'the staff deleted the customer' })
  byStaffAt: string | null;

  @TimeField({ nullable: true, example: null, description: 'the customer deleted the staff' })
  byCustomerAt: string | null;

  @TimeField({ nullable: true, example: null, description: 'WeCom no longer lists it and did not say why' })
  disappearedAt: string | null;
}

export class RemarkProblemView {
  @IntegerField({
    min: -1,
    max: 10_000_000,
    example: 84061,
    description: "WeCom's errcode; 0: WeCom was not asked",
  })
  errcode: number;

  @TextField({ max: 100, example: 'wecom.call_refused', description: 'a code of the error list' })
  code: string;

  @TextField({ max: 500, example: 'no relation between this member and this customer' })
  en: string;

  @TextField({ max: 500, example: '成员与客户没有好友关系' })
  zh: string;
}

export class RemarkWriteView {
  @EnumField(['pending', 'done', 'refused'], {
    example: 'pending',
    description: 'pending: WeCom does not have it yet',
  })
  state: 'pending' | 'done' | 'refused';

  @TimeField()
  requestedAt: string;

  @TimeField({ nullable: true, example: null })
  settledAt: string | null;

  @ObjectField(() => RemarkProblemView, {
    nullable: true,
    example: null,
    description: 'why WeCom refused it',
  })
  problem: RemarkProblemView | null;

  static of(this: void, write: ShownRemarkWrite): RemarkWriteView {
    const { state, requestedAt, settledAt, errcode, problem } = write;
    return {
      state: state === 'done' || state === 'refused' ? state : 'pending',
      requestedAt: new Date(requestedAt).toISOString(),
      settledAt: isoOf(settledAt),
      problem:
        problem === null ? null : { errcode: errcode ?? 0, code: problem, ...textsOf(errcode, problem) },
    };
  }
}

/** What WeCom's errcode means, and what ours means where there is none. */
function textsOf(errcode: number | null, problem: string): { en: string; zh: string } {
  const { en, zh } = errcode ? meaningOfErrcode(errcode) : (errorOf(problem) ?? meaningOfErrcode(0));
  return { en, zh };
}

export class RelationView {
  @PublicIdField(RELATION_ID_PREFIX)
  id: string;

  @TextField({ max: ID_MAX, example: 'chen.yu' })
  staffUserId: string;

  @TextField({ max: NAME_MAX, nullable: true, example: '陈宇' })
  staffName: string | null;

  @BooleanField({ example: true })
  active: boolean;

  @ObjectField(() => RelationEndView, {
    description: 'both directions are kept apart; all null while active',
  })
  ended: RelationEndView;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: '海风-3月展会' })
  remark: string | null;

  @TextField({ max: 1024, min: 0, nullable: true, example: '对两居室感兴趣' })
  description: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null })
  remarkCorpName: string | null;

  @ListField('text', { maxItems: 50, maxLength: 20, example: ['138****1234'], description: 'masked' })
  phones: readonly string[];

  @TimeField({ nullable: true })
  followedAt: string | null;

  @IntegerField({
    min: 0,
    max: CODE_MAX,
    nullable: true,
    example: 1,
    description: 'add_way of WeCom, page 92114',
  })
  addWay: number | null;

  @TextField({
    max: NAME_MAX,
    nullable: true,
    example: 'expo2026',
    description: "the corp's own channel parameter",
  })
  state: string | null;

  @TextField({
    max: ID_MAX,
    nullable: true,
    example: 'chen.yu',
    description: 'who started it: staff, customer or administrator',
  })
  operatorId: string | null;

  @ListField(() => RelationTagView, { maxItems: 10_000 })
  tags: RelationTagView[];

  @ObjectField(() => RemarkWriteView, {
    nullable: true,
    description:
      'the last change of the remark that was asked for here; until WeCom has it the wish is shown',
  })
  write: RemarkWriteView | null;

  @TimeField({ description: 'when WeCom was last asked about it' })
  fetchedAt: string;

  static of(this: void, relation: ShownRelation): RelationView {
    return {
      id: toPublicId(RELATION_ID_PREFIX, relation.id),
      staffUserId: relation.staffUserId,
      staffName: relation.staffName,
      active: relation.endedAt === null,
      ended: {
        byStaffAt: isoOf(relation.deletedByStaffAt),
        byCustomerAt: isoOf(relation.deletedByCustomerAt),
        disappearedAt: isoOf(relation.disappearedAt),
      },
      remark: relation.remark,
      description: relation.description,
      remarkCorpName: relation.remarkCorpName,
      phones: relation.phones,
      followedAt: isoOf(relation.followedAt),
      addWay: relation.addWay,
      state: relation.state,
      operatorId: relation.operatorId,
      tags: relation.tags.map(RelationTagView.of),
      write: relation.write && RemarkWriteView.of(relation.write),
      fetchedAt: new Date(relation.fetchedAt).toISOString(),
    };
  }
}

const TAGS_MAX = 10_000;
const PHONES_MAX = 50;

/** One moment of a relation's past. */
export class RelationHistoryView {
  @TimeField({ description: "by WeCom's clock; when we saw it for noted, tags and phones" })
  at: string;

  @EnumField(RELATION_HISTORY_KINDS, {
    example: 'ended_by_customer',
    description:
      'started: creation time in WeCom; added: an add event; disappeared: WeCom no longer listed it; noted: remark, description or company changed',
  })
  kind: RelationHistoryKind;

  @IntegerField({
    min: 0,
    max: CODE_MAX,
    nullable: true,
    example: null,
    description: 'how it started, page 92114',
  })
  addWay: number | null;

  @TextField({ max: NAME_MAX, nullable: true, example: null, description: 'channel parameter of that start' })
  state: string | null;

  @TextField({ max: ID_MAX, nullable: true, example: null, description: 'who started it' })
  operatorId: string | null;

  @BooleanField({ example: false, description: 'ended because the customer was handed over' })
  byTransfer: boolean;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null, description: 'noted: as it was before' })
  remarkBefore: string | null;

  @TextField({ max: 1024, min: 0, nullable: true, example: null, description: 'noted: as it was before' })
  descriptionBefore: string | null;

  @TextField({ max: NAME_MAX, min: 0, nullable: true, example: null, description: 'noted: as it was before' })
  remarkCorpNameBefore: string | null;

  @ListField(() => RelationTagView, { maxItems: TAGS_MAX })
  tagsAdded: RelationTagView[];

  @ListField(() => RelationTagView, { maxItems: TAGS_MAX })
  tagsRemoved: RelationTagView[];

  @ListField('text', { maxItems: PHONES_MAX, maxLength: 20, example: [], description: 'masked' })
  phonesAdded: readonly string[];

  @ListField('text', { maxItems: PHONES_MAX, maxLength: 20, example: [], description: 'masked' })
  phonesRemoved: readonly string[];

  static of(this: void, entry: HistoryEntry): RelationHistoryView {
    return {
      at: entry.at.toISOString(),
      kind: entry.kind,
      addWay: entry.addWay,
      state: entry.state,
      operatorId: entry.operatorId,
      byTransfer: entry.byTransfer,
      remarkBefore: entry.remark,
      descriptionBefore: entry.description,
      remarkCorpNameBefore: entry.remarkCorpName,
      tagsAdded: entry.tagsAdded.map(RelationTagView.of),
      tagsRemoved: entry.tagsRemoved.map(RelationTagView.of),
      phonesAdded: entry.phonesAdded,
      phonesRemoved: entry.phonesRemoved,
    };
  }
}

function isoOf(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function errorOf(code: string): ErrorDefinition | undefined {
  return allErrors().find((error) => error.code === code);
}
