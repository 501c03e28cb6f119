import { CORP_ID_PREFIX } from '../../../platform/auth/scope.guard.js';
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
import { meaningOfErrcode } from '../../client/errcodes.js';
import { adviceFor } from '../../diagnosis/advice.js';
import { type App, type AppKind, appKinds, type AppState, appStates } from '../app.types.js';
import { type Corp, type CorpState, corpStates, type MassSendLimit, massSendLimits } from '../corp.types.js';
import type { CorpDetail, ShownApp } from '../queries/show-corps.js';
import { AGENT_ID_MAX, CORP_ID_MAX, languageTags, NAME_MAX, TIME_ZONE_MAX } from './corps.bodies.js';

export const APP_ID_PREFIX = 'app';
const ERRCODE_MAX = 100_000_000;
const TEXT_MAX = 500;
const APPS_MAX = 1000;

/** The same in both of our languages. */
export class BilingualText {
  @TextField({ max: TEXT_MAX, example: 'calls from this IP address are not allowed' })
  en: string;

  @TextField({ max: TEXT_MAX, example: '调用 IP 不在可信名单' })
  zh: string;
}

/** What an administrator has to repair. */
export class AppProblemView {
  @IntegerField({ min: -ERRCODE_MAX, max: ERRCODE_MAX, example: 60020 })
  errcode: number;

  @TextField({ max: NAME_MAX, example: 'gettoken', description: 'the API that answered it' })
  api: string;

  @TimeField()
  at: Date;

  @ObjectField(() => BilingualText)
  meaning: BilingualText;

  @ObjectField(() => BilingualText)
  nextStep: BilingualText;
}

export class AppView {
  @PublicIdField(APP_ID_PREFIX)
  id: string;

  @EnumField(appKinds, { example: 'self_built' })
  kind: AppKind;

  @IntegerField({ min: 1, max: AGENT_ID_MAX, nullable: true, example: 1000002 })
  agentId: number | null;

  @TextField({ max: NAME_MAX, example: 'SCRM' })
  name: string;

  @EnumField(appStates, {
    example: 'valid',
    description: 'of the secret; rejected: nothing is sent until it changes · Secret 的状态',
  })
  state: AppState;

  @TimeField({ nullable: true, description: 'when WeCom last judged the secret' })
  checkedAt: Date | null;

  @ObjectField(() => AppProblemView, { nullable: true })
  problem: AppProblemView | null;

  @TextField({
    max: TEXT_MAX,
    example: '/callbacks/wecom/00000000000000000000000000000000',
    description: 'the path of the URL to enter in the admin console · 在管理后台填写的回调路径',
  })
  callbackPath: string;

  static of(app: ShownApp): AppView {
    const { id, kind, agentId, name, state, checkedAt, placeId } = app;
    return {
      id: toPublicId(APP_ID_PREFIX, id),
      kind,
      agentId,
      name,
      state,
      checkedAt,
      problem: problemOf(app),
      callbackPath: `/callbacks/wecom/${placeId}`,
    };
  }
}

export class CorpView {
  @PublicIdField(CORP_ID_PREFIX)
  id: string;

  @TextField({ max: CORP_ID_MAX, example: 'ww1f2e3d4c5b6a7980' })
  wecomCorpId: string;

  @TextField({ max: NAME_MAX, example: '示例企业' })
  name: string;

  @TextField({ max: TIME_ZONE_MAX, example: 'Asia/Shanghai' })
  timeZone: string;

  @ListField({ values: languageTags }, { maxItems: languageTags.length, example: ['zh-CN'] })
  languages: string[];

  @EnumField(massSendLimits, { example: 'per_day_1' })
  massSendLimit: MassSendLimit;

  @EnumField(corpStates, { example: 'active' })
  state: CorpState;

  @TimeField()
  createdAt: Date;

  static of({ id, ...corp }: Corp): CorpView {
    return { id: toPublicId(CORP_ID_PREFIX, id), ...corp };
  }
}

export class CorpDetailView extends CorpView {
  @ListField(() => AppView, { maxItems: APPS_MAX })
  apps: AppView[];

  static ofDetail({ apps, ...corp }: CorpDetail): CorpDetailView {
    return { ...CorpView.of(corp), apps: apps.map((app) => AppView.of(app)) };
  }
}

function problemOf(app: App): AppProblemView | null {
  const { problemErrcode: errcode, problemApi: api, problemAt: at } = app;
  if (errcode === null || api === null || at === null) return null;
  const { en, zh } = meaningOfErrcode(errcode);
  return { errcode, api, at, meaning: { en, zh }, nextStep: adviceFor(errcode) };
}
