import { Injectable } from '@nestjs/common';
import type { Level } from '../domain/level-table.js';
import { LevelMembers } from '../persistence/level-members.js';
import { Levels } from '../use-cases/levels.js';
import { ShowLevels } from './show-levels.js';

/** The level of a person for other rooms: who is several members has the highest of theirs. Inside an open unit of work. */
@Injectable()
export class PersonLevels {
  constructor(
    private readonly levels: Levels,
    private readonly members: LevelMembers,
    private readonly shown: ShowLevels,
  ) {}

  /** Keys of the levels of a program, the lowest first; empty when it has none. */
  keysOf(programId: string): Promise<string[]> {
    return this.levels.keysOf(programId);
  }

  /** @param memberIds of one person. @returns undefined: the program has no levels */
  async highestOf(programId: string, memberIds: readonly string[]): Promise<Level | undefined> {
    const found = await this.shown.levelsOf(programId, await this.members.list(programId, memberIds));
    return highest([...found.values()]);
  }

  /**
   * The same for many persons, by customer; who is no member is missing.
   * @param persons by customer, all who are one person with him
   */
  async highestOfPersons(
    programId: string,
    persons: ReadonlyMap<string, readonly string[]>,
  ): Promise<Map<string, Level>> {
    const members = await this.members.listOfCustomers(programId, [...new Set([...persons.values()].flat())]);
    const found = await this.shown.levelsOf(programId, members);
    const byCustomer = new Map(members.map(({ customerId, memberId }) => [customerId, found.get(memberId)]));
    return new Map(
      [...persons].flatMap(([customerId, person]) => {
        const level = highest(person.flatMap((one) => byCustomer.get(one) ?? []));
        return level ? [[customerId, level] as const] : [];
      }),
    );
  }

  /** Whether one of these members of a person has this level or one above it; nobody has a level that there is not. */
  async reaches(programId: string, memberIds: readonly string[], levelKey: string): Promise<boolean> {
    const keys = await this.keysOf(programId);
    const highest = await this.highestOf(programId, memberIds);
    return (
      highest !== undefined && keys.includes(levelKey) && keys.indexOf(highest.key) >= keys.indexOf(levelKey)
    );
  }
}

function highest(levels: readonly { level: Level; rank: number }[]): Level | undefined {
  return levels.toSorted((one, two) => two.rank - one.rank)[0]?.level;
}
