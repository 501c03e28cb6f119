import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { GROWTH_WALLET } from '../../programs/domain/program.js';
import { comesAgainAt, type MemberLevel, nextLook } from '../domain/member-level.js';
import { type LevelRules, type LevelTable } from '../domain/level-table.js';

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
  /** The program had no levels before. */
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
    const told = await this.database.one<ToldColumns>(relevel.enters ? ENTER : PLACE, [
      ...scope,
      lastMember,
      table.levels.map(({ key }) => key),
      table.levels.map(({ threshold }) => threshold),
      at,
      table.id,
      starts.map(({ lookAt }) => lookAt),
      starts.map(({ benefitsUntil }) => benefitsUntil),
      ...(relevel.enters ? [GROWTH_WALLET] : [relevel.downgradesNow, relevel.restarts, relevel.renamed]),
    ]);
    return { members, lastMember, moves: movesOf(told) };
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

/**
 * The law of a new version, for a real run and for a what-if: who is locked stays; who has more score rises; who has less
 * falls only when that is asked for; a level that is gone is the level of the score.
 */
const rankUnder = (keys: string, thresholds: string, downgradesNow: string): string => `
  CASE WHEN l.is_locked THEN coalesce(array_position(${keys}::text[], l.level),
                                      width_bucket(greatest(0, l.score - l.uncounted), ${thresholds}::bigint[]))
       WHEN ${downgradesNow}::boolean THEN width_bucket(greatest(0, l.score - l.uncounted), ${thresholds}::bigint[])
       ELSE greatest(coalesce(array_position(${keys}::text[], l.level), 1),
                     width_bucket(greatest(0, l.score - l.uncounted), ${thresholds}::bigint[])) END`;

/** Index-only, by the primary key. */
const next = (table: string, id: string): string => `
  WITH page AS MATERIALIZED (
    SELECT ${id} AS id FROM ${table}
     WHERE corp_id = $1 AND program_id = $2 AND ($3::uuid IS NULL OR ${id} > $3) ORDER BY ${id} LIMIT $4)
  SELECT count(*) AS members, (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS "lastMember" FROM page`;
const NEXT = next('loyalty.member_levels', 'member_id');
const NEXT_OF_MEMBERS = next('loyalty.members', 'id');

/** Columns, since an object for each member costs PostgreSQL more than the history of its level. */
const PLACED = `
  SELECT json_agg(member_id) AS "memberIds", json_agg(customer_id) AS "customerIds", json_agg(from_level) AS "from",
         json_agg(to_level) AS "to", json_agg(version) AS versions
    FROM told`;

/**
 * One statement, whatever the number of its members. Only those are locked and written who change; a posting that was
 * faster is waited for, and its member judged anew. The range stands twice, so that no join reads the whole program.
 */
const PLACE = `
  WITH page AS MATERIALIZED (
    SELECT l.member_id, l.level, l.changed_at, r.rank, r.level IS DISTINCT FROM l.level AS moved
      FROM loyalty.member_levels l, LATERAL (SELECT ${rankUnder('$5', '$6', '$11')} AS rank) k,
           LATERAL (SELECT k.rank, ($5::text[])[k.rank] AS level) r
     WHERE l.corp_id = $1 AND l.program_id = $2 AND ($3::uuid IS NULL OR l.member_id > $3) AND l.member_id <= $4
       AND ($12::boolean OR r.level IS DISTINCT FROM l.level OR l.level = ANY ($13::text[]))
     ORDER BY l.member_id FOR NO KEY UPDATE OF l),
  placed AS (
    UPDATE loyalty.member_levels l
       SET level = ($5::text[])[p.rank],
           since = CASE WHEN p.moved THEN greatest($7, p.changed_at + interval '1 millisecond') ELSE l.since END,
           changed_at = CASE WHEN p.moved THEN greatest($7, p.changed_at + interval '1 millisecond') ELSE l.changed_at END,
           anchor_at = CASE WHEN p.moved OR $12::boolean THEN $7 ELSE l.anchor_at END,
           period_from = CASE WHEN p.moved OR $12::boolean THEN $7 ELSE l.period_from END,
           period_score = CASE WHEN p.moved OR $12::boolean THEN l.score ELSE l.period_score END,
           is_told = l.is_told AND NOT (p.moved OR $12::boolean),
           benefits_until = CASE WHEN p.moved OR $12::boolean THEN ($10::timestamptz[])[p.rank] ELSE l.benefits_until END,
           look_at = CASE WHEN NOT (p.moved OR $12::boolean) THEN l.look_at
                          WHEN l.is_locked THEN least(l.locked_until, ($10::timestamptz[])[p.rank])
                          ELSE ($9::timestamptz[])[p.rank] END,
           version = l.version + (p.moved OR l.level = ANY ($13::text[]))::int
      FROM page p
     WHERE l.corp_id = $1 AND l.program_id = $2 AND l.member_id = p.member_id
       AND ($3::uuid IS NULL OR l.member_id > $3) AND l.member_id <= $4
    RETURNING l.member_id, l.customer_id, p.level AS from_level, l.level AS to_level, l.version, p.moved, l.score, l.changed_at),
  told AS (SELECT * FROM placed WHERE moved OR to_level = ANY ($13::text[])),
  past AS (
    INSERT INTO loyalty.level_history (corp_id, member_id, started_at, level, from_level, reason, score, table_id, actor,
           recorded_at)
    SELECT $1, member_id, changed_at, to_level, from_level, 'table', score, $8, 'system', statement_timestamp()
      FROM placed WHERE moved)
  ${PLACED}`;

/** The first version of a program: whoever is a member gets the level of his score. */
const ENTER = `
  WITH told AS (
    INSERT INTO loyalty.member_levels AS l (corp_id, program_id, member_id, customer_id, level, since, changed_at, score, uncounted,
           anchor_at, period_from, period_score, is_told, is_locked, benefits_until, look_at, version)
    SELECT $1, $2, m.id, m.customer_id, ($5::text[])[r.rank], $7, $7, coalesce(a.posted, 0), 0, $7, $7, coalesce(a.posted, 0), false,
           false, ($10::timestamptz[])[r.rank], ($9::timestamptz[])[r.rank], 1
      FROM loyalty.members m
      JOIN loyalty.wallets w ON w.corp_id = m.corp_id AND w.program_id = m.program_id AND w.key = $11
      LEFT JOIN loyalty.accounts a ON a.corp_id = m.corp_id AND a.member_id = m.id AND a.wallet_id = w.id,
           LATERAL (SELECT width_bucket(coalesce(a.posted, 0), $6::bigint[]) AS rank) r
     WHERE m.corp_id = $1 AND m.program_id = $2 AND ($3::uuid IS NULL OR m.id > $3) AND m.id <= $4
     ORDER BY m.id
    ON CONFLICT DO NOTHING
    RETURNING l.member_id, l.customer_id, NULL::text AS from_level, l.level AS to_level, l.version, l.score, true AS moved),
  past AS (
    INSERT INTO loyalty.level_history (corp_id, member_id, started_at, level, reason, score, table_id, actor, recorded_at)
    SELECT $1, member_id, $7, to_level, 'table', score, $8, 'system', statement_timestamp() FROM told)
  ${PLACED}`;

const WHAT_IF = `
  SELECT l.level AS "from", ($3::text[])[${rankUnder('$3', '$4', '$5')}] AS "to", count(*) AS members
    FROM loyalty.member_levels l
   WHERE l.corp_id = $1 AND l.program_id = $2
   GROUP BY 1, 2`;

const WHAT_IF_FIRST = `
  SELECT NULL AS "from", ($3::text[])[width_bucket(coalesce(a.posted, 0), $4::bigint[])] AS "to", count(*) AS members
    FROM loyalty.members m
    JOIN loyalty.wallets w ON w.corp_id = m.corp_id AND w.program_id = m.program_id AND w.key = $5
    LEFT JOIN loyalty.accounts a ON a.corp_id = m.corp_id AND a.member_id = m.id AND a.wallet_id = w.id
   WHERE m.corp_id = $1 AND m.program_id = $2
   GROUP BY 2`;
