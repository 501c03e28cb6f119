import { Injectable } from '@nestjs/common';
import { parsePublicId } from '../../../../platform/context/typed-id.js';
import { CustomersFacade } from '../../../customers/index.js';
import type { Level } from '../../levels/domain/level-table.js';
import { PersonLevels } from '../../levels/queries/person-levels.js';
import { Programs } from '../../programs/queries/programs.js';
import { ownValue } from '../domain/conditions.js';
import type { Award } from '../domain/award.js';
import { isInForce, type Question } from '../domain/evaluate.js';
import { type Asked, askedFacts, askedOf } from '../domain/inputs.js';
import { type MemberFacts, NO_FACTS, type Occurrence } from '../domain/occurrence.js';
import type { RuleVersion } from '../domain/rule.js';
import { RuleStore } from '../persistence/rule-store.js';

const CUSTOMER_ID_PREFIX = 'cus';

/** An event and a version of a rule that may give something for it. */
export interface Pair {
  readonly occurrence: Occurrence;
  readonly version: RuleVersion;
}

/** Finds out who would earn and what the rules ask of them, a statement for all and not one for each. Inside an open unit of work. */
@Injectable()
export class Questions {
  constructor(
    private readonly customers: CustomersFacade,
    private readonly programs: Programs,
    private readonly levels: PersonLevels,
    private readonly rules: RuleStore,
  ) {}

  /** What the rules that were in force when the events happened ask of them: a late one earns what it would have in time. */
  async inForce(occurrences: readonly Occurrence[]): Promise<Question[]> {
    const times = occurrences.map(({ at }) => at.getTime());
    const triggers = [...new Set(occurrences.map(({ trigger }) => trigger))];
    const from = new Date(Math.min(...times));
    const versions = await this.rules.inForce(triggers, from, new Date(Math.max(...times)));
    return this.of(
      occurrences.flatMap((occurrence) =>
        versions
          .filter((version) => isInForce(version, occurrence))
          .map((version) => ({ occurrence, version })),
      ),
    );
  }

  /** What the versions ask that gave awards, of the events as they stand now. */
  async again(awards: readonly Award[], occurrences: readonly Occurrence[]): Promise<Question[]> {
    if (awards.length === 0) return [];
    const versions = await this.rules.versionsByIds(awards.map(({ ruleVersionId }) => ruleVersionId));
    const byId = new Map(versions.map((version) => [version.id, version]));
    const events = new Map(occurrences.map((occurrence) => [occurrence.id, occurrence]));
    const pairs = awards.flatMap(({ eventId, ruleVersionId }) => {
      const version = byId.get(ruleVersionId);
      const occurrence = events.get(eventId);
      return version && occurrence ? [{ version, occurrence }] : [];
    });
    return this.of(pairs);
  }

  /** In the order of the pairs. */
  async of(pairs: readonly Pair[]): Promise<Question[]> {
    if (pairs.length === 0) return [];
    const named = pairs.map((pair) => ({ ...pair, customerId: beneficiaryOf(pair) }));
    const ids = [...new Set(named.flatMap(({ customerId }) => customerId ?? []))];
    const persons = await this.customers.personsOf(ids);
    const programs = await this.programs.recently([
      ...new Set(pairs.map(({ version }) => version.programId)),
    ]);
    const factsOf = await this.facts(named, persons);
    return named.map(({ occurrence, version, customerId }) => {
      const person = customerId === undefined ? undefined : persons.get(customerId);
      return {
        occurrence,
        version,
        member: customerId !== undefined && person ? { customerId, person } : undefined,
        facts: customerId === undefined ? NO_FACTS : factsOf(version, customerId),
        timeZone: programs.get(version.programId)?.timeZone ?? 'UTC',
      };
    });
  }

  /** Of the person, whichever of his customers it is. Nothing is read that no rule asks for. */
  private async facts(
    pairs: readonly Pair[],
    persons: ReadonlyMap<string, readonly string[]>,
  ): Promise<(version: RuleVersion, customerId: string) => MemberFacts> {
    const asked = new Map<string, Asked>();
    const levelPrograms = new Set<string>();
    for (const { version } of pairs) {
      const asks = asked.get(version.id) ?? askedOf(version.content);
      asked.set(version.id, asks);
      if (asks.level) levelPrograms.add(version.programId);
    }
    const all = [...asked.values()];
    const fields = all.some((one) => one.fields.size > 0)
      ? await this.customers.profilesOf([...persons.keys()])
      : undefined;
    const tags = all.some((one) => one.tags.size > 0)
      ? await this.customers.corpTagsOf([...new Set([...persons.values()].flat())])
      : undefined;
    const levels = new Map<string, ReadonlyMap<string, Level>>();
    for (const programId of levelPrograms)
      levels.set(programId, await this.levels.highestOfPersons(programId, persons));
    return ({ id, programId }, customerId) =>
      askedFacts(
        {
          fields: fields?.get(customerId) ?? {},
          tags: persons.get(customerId)?.flatMap((one) => tags?.get(one) ?? []) ?? [],
          level: levels.get(programId)?.get(customerId)?.key ?? null,
        },
        asked.get(id) ?? { fields: new Set(), tags: new Set(), level: false },
      );
  }
}

function beneficiaryOf({ occurrence, version: { content } }: Pair): string | undefined {
  if (content.beneficiary === 'customer') return occurrence.customerId;
  const named = ownValue(occurrence.data, content.beneficiary.property);
  return typeof named === 'string' ? parsePublicId(CUSTOMER_ID_PREFIX, named) : undefined;
}
