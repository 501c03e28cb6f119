import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PRESETS } from '../domain/presets.js';
import { rulesErrors } from '../rules.errors.js';
import { UsePreset } from '../use-cases/use-preset.js';
import { UsePresetDto } from './rule.dto.js';
import { RuleView } from './rules.views.js';

const { rule_preset_not_found, rules_full, rule_property_unknown } = rulesErrors;

/** Rules that most corps want. */
@Controller('v1/loyalty/rule-presets')
export class RulePresetsController {
  constructor(private readonly presets: UsePreset) {}

  @Post(':key')
  @ApiParam({
    name: 'key',
    schema: { type: 'string', enum: PRESETS.map(({ key }) => key), example: 'invite' },
  })
  @Endpoint({
    id: 'loyalty.use_rule_preset',
    summary: {
      en: 'Create an earning rule from a preset and put it in force',
      zh: '按预置模板新建并启用积分规则',
    },
    description: {
      en: 'A program has one rule of each preset: called again, that rule stays, with a new version in force when the points are others or it had ended. quality_content: +10 once somebody marked a content (event content.marked). invite: +15 for the customer whose public id is the channel `state` of a new contact, a week later, taken back when the invitee leaves within 30 days. useful_report: +5 for a report that was accepted (event report.accepted).',
      zh: '每个计划中同一模板只有一条规则：再次调用不会重复新建，仅在积分不同或规则已结束时启用新版本。quality_content：内容经人工评优后 +10（事件 content.marked）。invite：新联系人的渠道参数 state 为邀请人的客户编号时，7 天后为邀请人 +15，被邀请人 30 天内流失则收回。useful_report：举报被采纳 +5（事件 report.accepted）。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: RuleView,
    errors: [
      rule_preset_not_found,
      loyaltyErrors.program_not_found,
      loyaltyErrors.program_ended,
      rules_full,
      rule_property_unknown,
    ],
  })
  async usePreset(@Param('key') key: string, @Body() body: UsePresetDto): Promise<RuleView> {
    return RuleView.of(await this.presets.use(key, body));
  }
}
