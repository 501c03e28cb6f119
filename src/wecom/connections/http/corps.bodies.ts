import { EnumField, IntegerField, ListField, ObjectField, TextField } from '../../../platform/http/fields.js';
import { type AppKind, appKinds, type CallbackPair } from '../app.types.js';
import { type MassSendLimit, massSendLimits } from '../corp.types.js';

export const CORP_ID_MAX = 64;
export const NAME_MAX = 100;
export const TIME_ZONE_MAX = 64;
export const AGENT_ID_MAX = 2_147_483_647;
/** Our own texts exist in these. */
export const languageTags = ['zh-CN', 'en'] as const;
const SECRET_MAX = 256;
const APPS_MAX = 20;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** From 接收消息 of the app in the admin console. */
export class CallbackBody implements CallbackPair {
  @TextField({ max: 32, pattern: /^[A-Za-z0-9]+$/, example: 'scrmTokenAlpha01', description: 'Token' })
  token: string;

  @TextField({
    min: 43,
    max: 43,
    pattern: /^[A-Za-z0-9]+$/,
    example: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
    description: 'EncodingAESKey',
  })
  encodingAesKey: string;
}

export class AppBody {
  @EnumField(appKinds, { example: 'self_built' })
  kind: AppKind;

  @IntegerField({
    min: 1,
    max: AGENT_ID_MAX,
    optional: true,
    example: 1000002,
    description: 'AgentId; required for a self-built app · 自建应用必填',
  })
  agentId?: number;

  @TextField({ max: NAME_MAX, optional: true, example: 'SCRM' })
  name?: string;

  @TextField({
    max: SECRET_MAX,
    pattern: PRINTABLE,
    example: 'EXAMPLE-secret-of-the-app',
    description: 'Secret',
  })
  secret: string;

  @ObjectField(() => CallbackBody, { optional: true })
  callback?: CallbackBody;
}

export class ConnectCorpBody {
  @TextField({
    max: CORP_ID_MAX,
    pattern: /^[A-Za-z0-9_-]+$/,
    example: 'ww1f2e3d4c5b6a7980',
    description: '企业ID',
  })
  wecomCorpId: string;

  @TextField({ max: NAME_MAX, example: '示例企业' })
  name: string;

  @TextField({ max: TIME_ZONE_MAX, example: 'Asia/Shanghai', description: 'IANA time zone · IANA 时区' })
  timeZone: string;

  @ListField({ values: languageTags }, { minItems: 1, maxItems: languageTags.length, example: ['zh-CN'] })
  languages: string[];

  @EnumField(massSendLimits, { optional: true, example: 'per_day_1', description: '群发助手 → 设置群发规则' })
  massSendLimit: MassSendLimit = 'per_day_1';

  @ListField(() => AppBody, { minItems: 1, maxItems: APPS_MAX })
  apps: AppBody[];
}

export class ChangeCorpBody {
  @TextField({ max: NAME_MAX, optional: true, example: '示例企业' })
  name?: string;

  @TextField({ max: TIME_ZONE_MAX, optional: true, example: 'Asia/Shanghai' })
  timeZone?: string;

  @ListField(
    { values: languageTags },
    { optional: true, minItems: 1, maxItems: languageTags.length, example: ['en'] },
  )
  languages?: string[];

  @EnumField(massSendLimits, { optional: true, example: 'per_month_days' })
  massSendLimit?: MassSendLimit;
}

export class ChangeAppBody {
  @TextField({ max: NAME_MAX, optional: true, example: 'SCRM' })
  name?: string;

  @TextField({
    max: SECRET_MAX,
    pattern: PRINTABLE,
    optional: true,
    example: 'EXAMPLE-new-secret-of-the-app',
  })
  secret?: string;

  @ObjectField(() => CallbackBody, { optional: true })
  callback?: CallbackBody;
}
