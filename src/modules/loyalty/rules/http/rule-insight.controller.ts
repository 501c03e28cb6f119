import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { parsePublicId } from '../../../../platform/context/typed-id.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { CapsUsed } from '../queries/caps-used.js';
import { DryRun } from '../queries/dry-run.js';
import { ExplainEvent } from '../queries/explain-event.js';
import { rulesErrors } from '../rules.errors.js';
import { RULE_ID_PREFIX } from './rule.dto.js';
import { CUSTOMER_EVENT_ID_PREFIX, DryRunDto, DryRunView } from './dry-run.views.js';
import { CounterView, ExplainQuery, ExplanationsView, ExplanationView } from './rule-insight.views.js';

const {
  rule_not_found,
  rule_version_not_found,
  rule_event_not_found,
  rule_invalid,
  rule_dry_run_unsupported,
} = rulesErrors;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WINDOW_MAX_MS = 92 * 86_400_000;

/** Why rules give what they give. */
@Controller('v1/loyalty/rules')
export class RuleInsightController {
  constructor(
    private readonly dryRuns: DryRun,
    private readonly explanations: ExplainEvent,
    private readonly caps: CapsUsed,
    private readonly cursors: Cursors,
  ) {}

  @Get('explain')
  @Endpoint({
    id: 'loyalty.explain_event',
    summary: { en: 'What an event earned by each rule, and why', zh: '查询事件按各规则获得的积分及原因' },
    scope: 'loyalty:read',
    response: ExplanationsView,
    errors: [rule_event_not_found],
  })
  async explain(@Query() { eventId }: ExplainQuery): Promise<ExplanationsView> {
    const id = parsePublicId(CUSTOMER_EVENT_ID_PREFIX, eventId) ?? (UUID.test(eventId) ? eventId : undefined);
    if (id === undefined) throw rule_event_not_found();
    return { rules: (await this.explanations.explain(id)).map(ExplanationView.of) };
  }

  @Post(':id/dry-run')
  @Endpoint({
    id: 'loyalty.dry_run_rule',
    summary: { en: 'What a rule would have given for past events', zh: '对历史事件试算积分规则' },
    description: {
      en: 'Writes nothing. The same evaluation as in earnest, for one rule alone: caps count from nothing over these events, and members are as they are today. At most 1,000 events and 92 days.',
      zh: '不写入任何数据。计算方式与实际发放一致，仅针对该规则：上限从零计，会员资料取当前值。最多 1000 个事件、92 天。',
    },
    scope: 'loyalty:read',
    search: true,
    response: DryRunView,
    errors: [rule_not_found, rule_version_not_found, rule_invalid, rule_dry_run_unsupported],
  })
  async dryRun(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Body() body: DryRunDto,
  ): Promise<DryRunView> {
    const lengthMs = body.to.getTime() - body.from.getTime();
    if (lengthMs <= 0 || lengthMs > WINDOW_MAX_MS) throw rule_invalid({ field: '/to' });
    return DryRunView.of(await this.dryRuns.run(id, body));
  }

  @Get(':id/caps')
  @Endpoint({
    id: 'loyalty.list_rule_caps',
    summary: { en: 'What the caps of a rule have counted', zh: '查询积分规则上限的使用情况' },
    scope: 'loyalty:read',
    description: {
      en: 'Of the rule and of its program, the newest counters first. A counter is forgotten when its period is so long over that no event of it is taken any more.',
      zh: '包含该规则及其计划的计数，新的在前。周期结束已久、不再接收其事件的计数会被清除。',
    },
    response: pageOf(CounterView),
    errors: [rule_not_found, httpErrors.cursor_invalid],
  })
  capsUsed(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CounterView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-rule-caps ${id}`,
      query,
      read: (before: { id: number } | undefined, limit) => this.caps.list(id, before, limit),
      keyOf: (cap) => ({ id: cap.id }),
      viewOf: CounterView.of,
    });
  }
}
