import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import { GROWTH_WALLET, POINTS_WALLET, type Program, type Wallet } from '../domain/program.js';

export type NewWallet = Omit<Wallet, 'id'>;
export interface NewProgram extends Pick<Program, 'key' | 'nameZh' | 'nameEn' | 'timeZone'> {
  /** Beside or instead of those that every program has. */
  readonly wallets?: readonly NewWallet[];
}

interface Wanted {
  readonly ids?: readonly string[];
  readonly key?: string;
  readonly after?: string | undefined;
  readonly limit?: number;
}

const NEVER = { kind: 'never', count: 0 } as const;
const EVERY_PROGRAM_HAS: readonly NewWallet[] = [
  {
    key: POINTS_WALLET,
    kind: 'spendable',
    nameZh: '积分',
    nameEn: 'Points',
    expiry: NEVER,
    extendsOnEarning: false,
  },
  {
    key: GROWTH_WALLET,
    kind: 'growth',
    nameZh: '成长值',
    nameEn: 'Growth',
    expiry: NEVER,
    extendsOnEarning: false,
  },
];

/** Programs and their wallets. Inside an open unit of work. */
@Injectable()
export class ProgramStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The oldest first. */
  find({ ids, key, after, limit }: Wanted): Promise<Program[]> {
    return this.database.query<Program>(FIND, [
      this.database.corpId,
      ids ?? null,
      key ?? null,
      after ?? null,
      limit ?? null,
    ]);
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*)::int AS count FROM loyalty.programs WHERE corp_id = $1',
      [this.database.corpId],
    );
    return count;
  }

  /** Nothing happens when the key is taken. @returns the id of a new one. */
  async insert(program: NewProgram): Promise<string | undefined> {
    const { key, nameZh, nameEn, timeZone, wallets = [] } = program;
    const id = this.ids.next();
    const inserted = await this.database.execute(
      `INSERT INTO loyalty.programs (corp_id, id, key, name_zh, name_en, time_zone, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, key, nameZh, nameEn, timeZone, this.clock.now()],
    );
    if (inserted === 0) return undefined;
    const given = new Set(wallets.map((wallet) => wallet.key));
    await this.insertWallets(id, [
      ...EVERY_PROGRAM_HAS.filter((wallet) => !given.has(wallet.key)),
      ...wallets,
    ]);
    return id;
  }

  /** @returns how many were new: those whose key is taken are left out. */
  insertWallets(programId: string, wallets: readonly NewWallet[]): Promise<number> {
    const rows = wallets.map((wallet) => ({ ...wallet, id: this.ids.next() }));
    return this.database.execute(INSERT_WALLETS, [this.database.corpId, programId, JSON.stringify(rows)]);
  }

  /** A wallet that is there keeps its kind: its points would change their meaning. */
  async putWallet(programId: string, wallet: NewWallet): Promise<void> {
    if ((await this.insertWallets(programId, [wallet])) === 1) return;
    const { key, nameZh, nameEn, expiry, extendsOnEarning } = wallet;
    await this.database.execute(
      `UPDATE loyalty.wallets SET name_zh = $4, name_en = $5, expiry_kind = $6, expiry_count = $7, extends_on_earning = $8
        WHERE corp_id = $1 AND program_id = $2 AND key = $3`,
      [this.database.corpId, programId, key, nameZh, nameEn, expiry.kind, expiry.count, extendsOnEarning],
    );
  }

  /** The first time stays. */
  async end(programId: string, at: Date): Promise<void> {
    await this.database.execute(
      'UPDATE loyalty.programs SET ended_at = coalesce(ended_at, $3) WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, programId, at],
    );
  }
}

const FIND = `
  SELECT p.id, p.key, p.name_zh AS "nameZh", p.name_en AS "nameEn", p.time_zone AS "timeZone", p.ended_at AS "endedAt",
         p.created_at AS "createdAt", w.wallets
    FROM loyalty.programs p CROSS JOIN LATERAL (
           SELECT json_agg(json_build_object('id', w.id, 'key', w.key, 'kind', w.kind, 'nameZh', w.name_zh,
                    'nameEn', w.name_en, 'expiry', json_build_object('kind', w.expiry_kind, 'count', w.expiry_count),
                    'extendsOnEarning', w.extends_on_earning) ORDER BY w.key) AS wallets
             FROM loyalty.wallets w WHERE w.corp_id = p.corp_id AND w.program_id = p.id) w
   WHERE p.corp_id = $1 AND ($2::uuid[] IS NULL OR p.id = ANY ($2::uuid[])) AND ($3::text IS NULL OR p.key = $3)
     AND ($4::uuid IS NULL OR p.id > $4)
   ORDER BY p.id LIMIT $5`;

const INSERT_WALLETS = `
  INSERT INTO loyalty.wallets (corp_id, id, program_id, key, kind, name_zh, name_en, expiry_kind, expiry_count,
         extends_on_earning)
  SELECT $1, w.id, $2, w.key, w.kind, w."nameZh", w."nameEn", w.expiry->>'kind', (w.expiry->>'count')::int,
         w."extendsOnEarning"
    FROM json_to_recordset($3::json) AS w(id uuid, key text, kind text, "nameZh" text, "nameEn" text, expiry json,
           "extendsOnEarning" boolean)
  ON CONFLICT DO NOTHING`;
