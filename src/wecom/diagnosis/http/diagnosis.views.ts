import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import { APP_ID_PREFIX, BilingualText } from '../../connections/http/corps.views.js';
import type { CorpCheck } from '../check-corp.js';
import { type Area, areas, type Finding, type FindingState, findingStates, worstOf } from '../finding.js';
import { lastEventOf, type Place } from '../judge-callbacks.js';
import type { ApiUse } from '../queries/show-quota.js';

const CODE_MAX = 100;
const PATH_MAX = 500;
const ERRCODE_MAX = 100_000_000;
const CALLS_MAX = 1_000_000;
const LIST_MAX = 10_000;

export class FindingView {
  @TextField({ max: CODE_MAX, example: 'trusted_address.untrusted', description: 'never changes · 固定不变' })
  code: string;

  @EnumField(areas, { example: 'trusted_address' })
  area: Area;

  @EnumField(findingStates, {
    example: 'failed',
    description: 'unknown: it could not be asked · 未能检查',
  })
  state: FindingState;

  @PublicIdField(APP_ID_PREFIX, { nullable: true, description: 'null: the corp as a whole · 整个企业' })
  appId: string | null;

  @IntegerField({ min: -ERRCODE_MAX, max: ERRCODE_MAX, nullable: true, example: 60020 })
  errcode: number | null;

  @ObjectField(() => BilingualText)
  text: BilingualText;

  @ObjectField(() => BilingualText, { nullable: true, description: 'null: nothing to do · 无需操作' })
  nextStep: BilingualText | null;

  static of({ code, area, state, appId, errcode, text, nextStep }: Finding): FindingView {
    return {
      code,
      area,
      state,
      appId: appId === undefined ? null : toPublicId(APP_ID_PREFIX, appId),
      errcode: errcode ?? null,
      text,
      nextStep: nextStep ?? null,
    };
  }
}

export class CheckedPlaceView {
  @PublicIdField(APP_ID_PREFIX)
  appId: string;

  @TextField({ max: PATH_MAX, example: '/callbacks/wecom/00000000000000000000000000000000' })
  callbackPath: string;

  @TimeField({
    nullable: true,
    description: 'the last URL verification that passed · 最近一次通过的地址验证',
  })
  lastVerifiedAt: Date | null;

  @TimeField({ nullable: true, description: 'the last event of any kind · 最近一次事件' })
  lastEventAt: Date | null;

  @TimeField({ nullable: true, description: 'customers, their groups and tags · 客户、客户群、客户标签事件' })
  lastCustomerEventAt: Date | null;

  @TimeField({ nullable: true, description: 'staff and departments · 通讯录事件' })
  lastDirectoryEventAt: Date | null;

  static of(place: Place): CheckedPlaceView {
    const { appId, callbackPath, seen } = place;
    return {
      appId: toPublicId(APP_ID_PREFIX, appId),
      callbackPath,
      lastVerifiedAt: seen.url_verification ?? null,
      lastEventAt: lastEventOf(place) ?? null,
      lastCustomerEventAt: seen.customer_event ?? null,
      lastDirectoryEventAt: seen.directory_event ?? null,
    };
  }
}

export class CorpCheckView {
  @EnumField(findingStates, { example: 'failed', description: 'the worst of the findings · 最严重的一项' })
  state: FindingState;

  @TimeField()
  checkedAt: Date;

  @ListField(() => FindingView, { maxItems: LIST_MAX })
  findings: FindingView[];

  @ListField(() => CheckedPlaceView, { maxItems: LIST_MAX })
  callbacks: CheckedPlaceView[];

  static of({ checkedAt, findings, places }: CorpCheck): CorpCheckView {
    return {
      state: worstOf(findings),
      checkedAt,
      findings: findings.map((finding) => FindingView.of(finding)),
      callbacks: places.map((place) => CheckedPlaceView.of(place)),
    };
  }
}

export class WindowUseView {
  @IntegerField({ min: 0, max: CALLS_MAX, example: 140 })
  used: number;

  @IntegerField({ min: 1, max: CALLS_MAX, example: 9000 })
  limit: number;

  @TimeField()
  resetsAt: Date;
}

export class ApiUseView {
  @TextField({ max: CODE_MAX, example: 'externalcontact/get' })
  api: string;

  @ObjectField(() => BilingualText)
  name: BilingualText;

  @ObjectField(() => WindowUseView)
  minute: WindowUseView;

  @ObjectField(() => WindowUseView)
  hour: WindowUseView;

  @ObjectField(() => WindowUseView, {
    nullable: true,
    description: 'by WeCom, as it allows it; null: no such limit · 企业微信的每日上限；null：无此上限',
  })
  day: WindowUseView | null;

  @ObjectField(() => WindowUseView, {
    nullable: true,
    description: 'by WeCom, as it allows it; null: no such limit · 企业微信的每月上限；null：无此上限',
  })
  month: WindowUseView | null;

  @TimeField({
    nullable: true,
    description: 'WeCom answered 45009: until then nothing is called · 触发频率限制，此前不再调用',
  })
  blockedUntil: Date | null;

  static of({ api, name, minute, hour, day, month, blockedUntil }: ApiUse): ApiUseView {
    return { api, name, minute, hour, day, month, blockedUntil };
  }
}

export class QuotaView {
  @TimeField()
  at: Date;

  @ListField(() => ApiUseView, { maxItems: LIST_MAX })
  apis: ApiUseView[];
}
