import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { requestContext } from '../../../../platform/context/request-context.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import type { Program } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { checkRule, checkTimes } from '../domain/check-rule.js';
import { type RuleContent, RULES_MAX } from '../domain/rule.js';
import { RuleStore, type StoredRule } from '../persistence/rule-store.js';
import { RuleCatalogues } from '../queries/rule-catalogues.js';
import { rulesErrors } from '../rules.errors.js';

interface WantedRule {
  /** The default program when left out. */
  readonly programId?: string;
  readonly name: string;
  readonly content: RuleContent;
  readonly preset?: string;
}

/** As the database has it. */
function stored(content: RuleContent): unknown {
  return JSON.parse(JSON.stringify(content));
}

/** Makes rules, and says which version holds. Inside an open unit of work. */
@Injectable()
export class ManageRules {
  constructor(
    private readonly store: RuleStore,
    private readonly programs: Programs,
    private readonly catalogues: RuleCatalogues,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Stored, and not yet in force.
   * @param programId the default program when left out
   * @throws loyalty.program_not_found, program_ended, rules_full, and what `checkRule` refuses
   */
  async create(rule: WantedRule): Promise<StoredRule> {
    const program = await this.programFor(rule.programId);
    await this.check(program, rule.content);
    await this.store.takeTurn();
    if ((await this.store.count()) >= RULES_MAX) throw rulesErrors.rules_full();
    const id = this.ids.next();
    const { name, preset } = rule;
    await this.store.insert({
      id,
      programId: program.id,
      name,
      createdAt: this.clock.now(),
      ...(preset && { preset }),
    });
    await this.insertVersion(id, 1, rule.content);
    return this.get(id);
  }

  /**
   * The rule of a preset, of which a program has one: asked for again it is the same rule, with a new version in force when
   * the content is another, or none was in force. @throws what `create` and `activate` throw
   */
  async keep(rule: WantedRule & { preset: string }): Promise<StoredRule> {
    const { id: programId } = await this.programFor(rule.programId);
    await this.store.takeTurn();
    const known = await this.store.findPreset(programId, rule.preset);
    if (known?.inForce && isDeepStrictEqual(stored(known.inForce.content), stored(rule.content)))
      return known;
    const { id } = known ? await this.addVersion(known.id, rule.content) : await this.create(rule);
    return this.activate(id);
  }

  /** What is in force stays in force until the new version is activated. @throws loyalty.rule_not_found, and what `checkRule` refuses */
  async addVersion(ruleId: string, content: RuleContent): Promise<StoredRule> {
    await this.lock(ruleId);
    const { programId, latest } = await this.get(ruleId);
    await this.check(await this.programFor(programId), content);
    await this.insertVersion(ruleId, latest.version + 1, content);
    return this.get(ruleId);
  }

  /**
   * From now on, by the time of events, this version holds, and the one before no longer does.
   * @param version the newest when left out
   * @throws loyalty.rule_not_found, rule_version_not_found, rule_version_used, rule_expired
   */
  async activate(ruleId: string, version?: number): Promise<StoredRule> {
    await this.lock(ruleId);
    const { latest } = await this.get(ruleId);
    const chosen = version === undefined ? latest : await this.store.findVersion(ruleId, version);
    if (!chosen) throw rulesErrors.rule_version_not_found();
    if (chosen.inForceFrom) throw rulesErrors.rule_version_used();
    const now = this.clock.now();
    checkTimes(chosen.content, now);
    await this.store.end(ruleId, now);
    await this.store.putInForce(chosen.id, now);
    return this.get(ruleId);
  }

  /** What happens from now on earns nothing by this rule; what happened before and is told later does. @throws loyalty.rule_not_found, rule_not_in_force */
  async end(ruleId: string): Promise<StoredRule> {
    await this.lock(ruleId);
    if ((await this.store.end(ruleId, this.clock.now())) === 0) throw rulesErrors.rule_not_in_force();
    return this.get(ruleId);
  }

  private async get(ruleId: string): Promise<StoredRule> {
    const rule = await this.store.find(ruleId);
    if (!rule) throw rulesErrors.rule_not_found();
    return rule;
  }

  private async lock(ruleId: string): Promise<void> {
    if (!(await this.store.lock(ruleId))) throw rulesErrors.rule_not_found();
  }

  private async programFor(programId: string | undefined): Promise<Program> {
    const program = await (programId === undefined ? this.programs.default() : this.programs.get(programId));
    if (program.endedAt) throw loyaltyErrors.program_ended();
    return program;
  }

  private async check(program: Program, content: RuleContent): Promise<void> {
    checkRule(content, await this.catalogues.of(program), this.clock.now());
  }

  private insertVersion(ruleId: string, version: number, content: RuleContent): Promise<void> {
    const createdBy = requestContext.current()?.actor.label ?? 'system';
    return this.store.insertVersion({
      id: this.ids.next(),
      ruleId,
      version,
      content,
      createdAt: this.clock.now(),
      createdBy,
    });
  }
}
