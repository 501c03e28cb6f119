import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { BehaviourEvents } from '../../../customers/index.js';
import type { Evaluation, Question } from '../domain/evaluate.js';
import type { RuleVersion } from '../domain/rule.js';
import { RuleState } from '../domain/rule-state.js';
import { evaluateAll } from '../domain/stacking.js';
import { MODULE_TRIGGERS } from '../domain/triggers.js';
import { RuleStore } from '../persistence/rule-store.js';
import { rulesErrors } from '../rules.errors.js';
import { Occurrences } from './occurrences.js';
import { Questions } from './questions.js';

export const DRY_RUN_EVENTS_MAX = 1_000;
const SHOWN_MAX = 200;
const DAY_MS = 86_400_000;

export interface DryRunScope {
  readonly from: Date;
  readonly to: Date;
  /** Everybody when left out. */
  readonly customerIds?: readonly string[];
  /** The newest version when left out. */
  readonly version?: number;
  /** As if it were then; the clock's when left out. */
  readonly now?: Date;
}

/** One event, and what the rule would have given for it. */
export interface DryItem {
  readonly question: Question;
  readonly evaluation: Evaluation;
  /** When the points would come; null: at once. */
  readonly dueAt: Date | null;
}

export interface DryRunResult {
  readonly version: RuleVersion;
  readonly events: number;
  readonly earned: number;
  readonly points: number;
  /** What caps took away. */
  readonly cut: number;
  readonly members: number;
  /** There are more events than a run looks at. */
  readonly truncated: boolean;
  readonly items: readonly DryItem[];
}

/**
 * What a version would have given for past events: the same evaluation as in earnest, with caps and cool-down counted from
 * nothing over these events, and the members as they are today. Writes nothing.
 */
@Injectable()
export class DryRun {
  constructor(
    private readonly rules: RuleStore,
    private readonly behaviour: BehaviourEvents,
    private readonly occurrences: Occurrences,
    private readonly questions: Questions,
    private readonly clock: Clock,
  ) {}

  /** @throws loyalty.rule_not_found, rule_version_not_found, rule_dry_run_unsupported */
  async run(ruleId: string, scope: DryRunScope): Promise<DryRunResult> {
    const version = await this.versionOf(ruleId, scope.version);
    if (Object.hasOwn(MODULE_TRIGGERS, version.content.trigger)) throw rulesErrors.rule_dry_run_unsupported();
    const now = scope.now ?? this.clock.now();
    const { from, to, customerIds } = scope;
    const within = { from, to: to < now ? to : now, ...(customerIds && { customerIds }) };
    const found = await this.behaviour.ofType(version.content.trigger, within, DRY_RUN_EVENTS_MAX + 1);
    const events = found.slice(0, DRY_RUN_EVENTS_MAX).map((event) => this.occurrences.ofBehaviour(event));
    const pairs = events
      .sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
      .map((occurrence) => ({ occurrence, version }));
    const items = itemsOf(await this.questions.of(pairs), now);
    return {
      ...summaryOf(items),
      version,
      truncated: found.length > events.length,
      items: items.slice(0, SHOWN_MAX),
    };
  }

  private async versionOf(ruleId: string, version: number | undefined): Promise<RuleVersion> {
    const rule = await this.rules.find(ruleId);
    if (!rule) throw rulesErrors.rule_not_found();
    const found = version === undefined ? rule.latest : await this.rules.findVersion(ruleId, version);
    if (!found) throw rulesErrors.rule_version_not_found();
    return found;
  }
}

function itemsOf(questions: readonly Question[], now: Date): DryItem[] {
  const state = new RuleState();
  return questions.flatMap((question) =>
    evaluateAll([question], state).map((evaluation) => {
      const due = new Date(question.occurrence.at.getTime() + question.version.content.holdDays * DAY_MS);
      return { question, evaluation, dueAt: evaluation.points > 0 && due > now ? due : null };
    }),
  );
}

function summaryOf(
  items: readonly DryItem[],
): Pick<DryRunResult, 'events' | 'earned' | 'points' | 'cut' | 'members'> {
  const earning = items.filter(({ evaluation }) => evaluation.points > 0);
  const sum = (of: (evaluation: Evaluation) => number): number =>
    items.reduce((total, { evaluation }) => total + of(evaluation), 0);
  return {
    events: items.length,
    earned: earning.length,
    points: sum(({ points }) => points),
    cut: sum(({ wanted, points, cutBy }) => (cutBy ? wanted - points : 0)),
    members: new Set(earning.map(({ question }) => question.member?.customerId)).size,
  };
}
