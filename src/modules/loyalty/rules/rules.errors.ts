import { defineErrors } from '../../../platform/errors/app-error.js';

export const rulesErrors = defineErrors('loyalty', {
  rule_not_found: { kind: 'not_found', en: 'No such earning rule', zh: '积分规则不存在' },
  rule_version_not_found: {
    kind: 'not_found',
    en: 'No such version of the earning rule',
    zh: '积分规则没有该版本',
  },
  rule_event_not_found: { kind: 'not_found', en: 'No such event', zh: '事件不存在' },
  rule_preset_not_found: { kind: 'not_found', en: 'No such preset', zh: '没有该预置规则' },
  rule_invalid: {
    kind: 'unprocessable',
    en: 'A part of the rule is missing, unknown or does not fit; `field` says which',
    zh: '规则内容缺失、未知或有误，见 `field`',
  },
  rule_trigger_unknown: {
    kind: 'unprocessable',
    en: 'No such event to react to: declare customer event types with POST /v1/customer-event-types',
    zh: '触发事件不存在：请先通过 POST /v1/customer-event-types 声明',
  },
  rule_property_unknown: {
    kind: 'unprocessable',
    en: 'The event or the profile has no such property, or of another kind; `field` says where it stands',
    zh: '事件或客户资料没有该属性，或类型不符，见 `field`',
  },
  rule_expired: { kind: 'conflict', en: 'The end of the rule has passed', zh: '规则已过结束时间' },
  rule_version_used: {
    kind: 'conflict',
    en: 'The version was in force before, and what was does not change: store a new version',
    zh: '该版本已生效过且不可更改，请保存新版本',
  },
  rule_dry_run_unsupported: {
    kind: 'unprocessable',
    en: 'Only rules of customer events can be tried out over the past: others are not kept to be read again',
    zh: '仅客户事件触发的规则可对历史试算',
  },
  rule_not_in_force: { kind: 'conflict', en: 'No version of the rule is in force', zh: '规则当前未生效' },
  rules_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 1,000 earning rules',
    zh: '积分规则已达 1000 条上限',
  },
});
