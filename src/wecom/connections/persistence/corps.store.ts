import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import type { Corp, CorpChange, CorpState } from '../corp.types.js';

const COLUMNS = `id, wecom_corp_id AS "wecomCorpId", name, time_zone AS "timeZone", languages,
  mass_send_limit AS "massSendLimit", state, created_at AS "createdAt"`;

/** The list of tenants, which has no tenant itself: every statement names the corp that it means. */
@Injectable()
export class CorpsStore {
  constructor(private readonly database: Database) {}

  /** @returns false when this WeCom corp is here already. */
  async insert(corp: Corp): Promise<boolean> {
    const inserted = await this.database.execute(
      `INSERT INTO platform.corps
         (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (wecom_corp_id) DO NOTHING`,
      [
        corp.id,
        corp.wecomCorpId,
        corp.name,
        corp.timeZone,
        corp.languages,
        corp.massSendLimit,
        corp.state,
        corp.createdAt,
      ],
    );
    return inserted === 1;
  }

  find(corpId: CorpId): Promise<Corp | undefined> {
    return this.database.maybeOne<Corp>(`SELECT ${COLUMNS} FROM platform.corps WHERE id = $1`, [corpId]);
  }

  /** @param only the one corp that the reader may see; undefined shows all. */
  list(only: CorpId | undefined, afterId: string | undefined, limit: number): Promise<Corp[]> {
    return this.database.query<Corp>(
      `SELECT ${COLUMNS} FROM platform.corps
        WHERE ($1::uuid IS NULL OR id = $1) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [only ?? null, afterId ?? null, limit],
    );
  }

  /** @returns false when there is no such corp. */
  async change(corpId: CorpId, change: CorpChange): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE platform.corps
          SET name = coalesce($2, name), time_zone = coalesce($3, time_zone), languages = coalesce($4, languages),
              mass_send_limit = coalesce($5, mass_send_limit), updated_at = clock_timestamp()
        WHERE id = $1`,
      [corpId, change.name, change.timeZone, change.languages, change.massSendLimit],
    );
    return changed === 1;
  }

  /** @returns false when there is no such corp. */
  async setState(corpId: CorpId, state: CorpState): Promise<boolean> {
    const changed = await this.database.execute(
      'UPDATE platform.corps SET state = $2, updated_at = clock_timestamp() WHERE id = $1',
      [corpId, state],
    );
    return changed === 1;
  }
}
