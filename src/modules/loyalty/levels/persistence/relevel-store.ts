import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { GROWTH_WALLET } from '../../programs/domain/program.js';
import { comesAgainAt, type MemberLevel, nextLook } from '../domain/level-state.js';
import type { LevelRules, LevelTable } from '../domain/level-table.js';
import { ENTER, NEXT, NEXT_OF_MEMBERS, PLACE, WHAT_IF, WHAT_IF_FIRST } from './relevel-sql.js';

/** How far the members of a program have come to stand by a new version. */
export interface Relevel {
  readonly operationId: string;
  readonly tableId: string;
  /** Who has less score than his level asks falls at once, and not at the end of his period. */
  readonly downgradesNow: boolean;
  /** The new version counts periods otherwise, so everybody's begins anew. */
  readonly restarts: boolean;
  /** Levels that kept their key and have another name. */
  readonly renamed: readonly string[];
  /** The program had no levels before, or not all of its members came to them. */
  readonly enters: boolean;
  readonly afterMember: string | null;
  readonly done: number;
  readonly pairs: readonly LevelPair[];
  readonly finished: boolean;
}

/** How many went from one level to another. */
export interface LevelPair {
  /** null: the program had no levels. */
  readonly from: string | null;
  readonly to: string;
  readonly members: number;
}

export interface LevelMove {
  readonly memberId: string;
  readonly customerId: string;
  readonly from: string | null;
  readonly to: string;
  readonly version: number;
}

export interface PlacedPart {
  readonly members: number;
  readonly lastMember: string;
  /** Also those whose level only has another name: from and to are the same. */
  readonly moves: readonly LevelMove[];
}

/** Whole programs at once. The rank of a level begins at 1 here, as positions in SQL do. Inside an open unit of work. */
@Injectable()
export class RelevelStore {
  constructor(private readonly database: Database) {}

  async insert(relevel: Omit<Relevel, 'done' | 'pairs' | 'finished'>): Promise<void> {
    await this.database.execute(
      `INSERT INTO loyalty.relevels (corp_id, operation_id, table_id, downgrades_now, restarts, renamed, enters, after_member, done,
              pairs, finished)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '[]', false)`,
      [
        this.database.corpId,
        relevel.operationId,
        relevel.tableId,
        relevel.downgradesNow,
        relevel.restarts,
        relevel.renamed,
        relevel.enters,
        relevel.afterMember,
      ],
    );
  }

  /** The newest run of a version. */
  last(tableId: string): Promise<Relevel | undefined> {
    return this.database.maybeOne<Relevel>(`${SELECT} AND table_id = $2 ORDER BY operation_id DESC LIMIT 1`, [
      this.database.corpId,
      tableId,
    ]);
  }

  /**
   * Locks it, so that two workers never place the same members. A part that a crash of the database takes back is done
   * again from the cursor that it takes back with it, so nobody waits for the disk.
   */
  async lock(operationId: string): Promise<Relevel> {
    await this.database.query(`SELECT set_config('synchronous_commit', 'off', true)`);
    return this.database.one<Relevel>(`${SELECT} AND operation_id = $2 FOR UPDATE`, [
      this.database.corpId,
      operationId,
    ]);
  }

  get(operationId: string): Promise<Relevel> {
    return this.database.one<Relevel>(`${SELECT} AND operation_id = $2`, [this.database.corpId, operationId]);
  }

  async advance({ operationId, afterMember, done, pairs, finished }: Relevel): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.relevels SET after_member = $3, done = $4, pairs = $5, finished = $6
        WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId, afterMember, done, JSON.stringify(pairs), finished],
    );
  }

  async countMembers(programId: string): Promise<number> {
    const { members } = await this.database.one<{ members: number }>(
      'SELECT count(*) AS members FROM loyalty.members WHERE corp_id = $1 AND program_id = $2',
      [this.database.corpId, programId],
    );
    return members;
  }

  /** Places the next members in the order of their ids. @returns undefined when there are none left. */
  async place(table: LevelTable, relevel: Relevel, at: Date, limit: number): Promise<PlacedPart | undefined> {
    const scope = [this.database.corpId, table.programId, relevel.afterMember];
    const { members, lastMember } = await this.database.one<{ members: number; lastMember: string | null }>(
      relevel.enters ? NEXT_OF_MEMBERS : NEXT,
      [...scope, limit],
    );
    if (lastMember === null) return undefined;
    const starts = startsOf(table, at);
    const params = [
      ...scope,
      lastMember,
      table.levels.map(({ key }) => key),
      table.levels.map(({ threshold }) => threshold),
      at,
      table.id,
      starts.map(({ lookAt }) => lookAt),
      starts.map(({ benefitsUntil }) => benefitsUntil),
    ];
    const { downgradesNow, restarts, renamed } = relevel;
    const placed = await this.database.one<ToldColumns>(PLACE, [...params, downgradesNow, restarts, renamed]);
    const entered =
      relevel.enters && (await this.database.one<ToldColumns>(ENTER, [...params, GROWTH_WALLET]));
    return { members, lastMember, moves: [...movesOf(placed), ...(entered ? movesOf(entered) : [])] };
  }

  /** How many would stand where; exact, and written nowhere. Reads all members of the program once. */
  whatIf(table: LevelTable, isFirst: boolean, downgradesNow: boolean): Promise<LevelPair[]> {
    const keys = table.levels.map(({ key }) => key);
    const thresholds = table.levels.map(({ threshold }) => threshold);
    const params = [this.database.corpId, table.programId, keys, thresholds];
    return isFirst
      ? this.database.query(WHAT_IF_FIRST, [...params, GROWTH_WALLET])
      : this.database.query(WHAT_IF, [...params, downgradesNow]);
  }
}

/** null: nobody moved. */
interface ToldColumns {
  readonly memberIds: string[] | null;
  readonly customerIds: string[] | null;
  readonly from: (string | null)[] | null;
  readonly to: string[] | null;
  readonly versions: number[] | null;
}

function movesOf({ memberIds, customerIds, from, to, versions }: ToldColumns): LevelMove[] {
  return (memberIds ?? []).map((memberId, index) => ({
    memberId,
    customerId: customerIds?.[index] ?? '',
    from: from?.[index] ?? null,
    to: to?.[index] ?? '',
    version: versions?.[index] ?? 0,
  }));
}

const SELECT = `
  SELECT operation_id AS "operationId", table_id AS "tableId", downgrades_now AS "downgradesNow", restarts, renamed, enters,
         after_member AS "afterMember", done, pairs, finished
    FROM loyalty.relevels WHERE corp_id = $1`;

/** When a member who reaches each level now is looked at next, and how far he has what comes again. */
function startsOf(rules: LevelRules, at: Date): Pick<MemberLevel, 'lookAt' | 'benefitsUntil'>[] {
  return rules.levels.map(({ key, benefits }) => {
    const benefitsUntil = comesAgainAt(benefits, rules.timeZone, at);
    const member: MemberLevel = {
      level: key,
      since: at,
      changedAt: at,
      score: 0,
      uncounted: 0,
      anchorAt: at,
      periodFrom: at,
      periodScore: 0,
      isTold: false,
      isLocked: false,
      lockedUntil: null,
      benefitsUntil,
      lookAt: null,
    };
    return { benefitsUntil, lookAt: nextLook(member, rules) };
  });
}
