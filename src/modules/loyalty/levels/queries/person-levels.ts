import { Injectable } from '@nestjs/common';
import type { Level } from '../domain/level-table.js';
import { Levels } from '../use-cases/levels.js';
import { ShowLevels } from './show-levels.js';

/** The level of a person for other rooms: who is several members has the highest of theirs. Inside an open unit of work. */
@Injectable()
export class PersonLevels {
  constructor(
    private readonly levels: Levels,
    private readonly shown: ShowLevels,
  ) {}

  /** Keys of the levels of a program, the lowest first; empty when it has none. */
  keysOf(programId: string): Promise<string[]> {
    return this.levels.keysOf(programId);
  }

  /** @param memberIds of one person. @returns undefined: the program has no levels */
  async highestOf(programId: string, memberIds: readonly string[]): Promise<Level | undefined> {
    const keys = await this.keysOf(programId);
    if (keys.length === 0) return undefined;
    const levels: Level[] = [];
    for (const memberId of memberIds) levels.push((await this.shown.get(memberId)).level); // seldom more than one
    return levels.sort((one, two) => keys.indexOf(two.key) - keys.indexOf(one.key))[0];
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
