import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { WecomModule } from '../../../wecom/index.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LevelsModule } from '../levels/levels.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { RuleInsightController } from './http/rule-insight.controller.js';
import { RulePresetsController } from './http/rule-presets.controller.js';
import { RulesController } from './http/rules.controller.js';
import { AwardStore } from './persistence/award-store.js';
import { CounterStore } from './persistence/counter-store.js';
import { OrderStore } from './persistence/order-store.js';
import { RuleStore } from './persistence/rule-store.js';
import { CapsUsed } from './queries/caps-used.js';
import { DryRun } from './queries/dry-run.js';
import { ExplainEvent } from './queries/explain-event.js';
import { Occurrences } from './queries/occurrences.js';
import { Questions } from './queries/questions.js';
import { RuleCatalogues } from './queries/rule-catalogues.js';
import { ShowRules } from './queries/show-rules.js';
import { CounterSweep } from './reactions/counter-sweep.js';
import { DueAwards } from './reactions/due-awards.js';
import { EarningEvents } from './reactions/earning-events.js';
import { AwardDue } from './use-cases/award-due.js';
import { AwardEvents } from './use-cases/award-events.js';
import { EvaluateEvents } from './use-cases/evaluate-events.js';
import { Leavers } from './use-cases/leavers.js';
import { ManageRules } from './use-cases/manage-rules.js';
import { RecordOrders } from './use-cases/record-orders.js';
import { SettleAwards } from './use-cases/settle-awards.js';
import { StoreAwards } from './use-cases/store-awards.js';
import { UsePreset } from './use-cases/use-preset.js';

/** What customers earn points for. */
@Module({
  imports: [WecomModule, CustomersModule, ProgramsModule, LedgerModule, LevelsModule],
  controllers: [RuleInsightController, RulesController, RulePresetsController],
  providers: [
    RuleStore,
    AwardStore,
    CounterStore,
    OrderStore,
    RuleCatalogues,
    Questions,
    Occurrences,
    ManageRules,
    UsePreset,
    EvaluateEvents,
    RecordOrders,
    SettleAwards,
    StoreAwards,
    Leavers,
    AwardDue,
    AwardEvents,
    DryRun,
    ExplainEvent,
    ShowRules,
    CapsUsed,
    EarningEvents,
    DueAwards,
    CounterSweep,
  ],
})
export class RulesModule {}
