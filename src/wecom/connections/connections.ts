import { Injectable } from '@nestjs/common';
import { authErrors } from '../../platform/auth/auth.errors.js';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { MassSendLimit } from './corp.types.js';

export interface CorpSettings {
  /** WeCom's corpid, `ww…`. */
  wecomCorpId: string;
  /** IANA name. */
  timeZone: string;
  /** BCP 47, most important first. */
  languages: string[];
  massSendLimit: MassSendLimit;
}

/** Which corps are connected, for other modules. */
@Injectable()
export class Connections {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
  ) {}

  /** Opens a unit of work without a corp, or joins one: call it outside a corp's. */
  async listActiveCorpIds(): Promise<CorpId[]> {
    const rows = await this.unitOfWork.read(undefined, () =>
      this.database.query<{ id: CorpId }>(`SELECT id FROM platform.corps WHERE state = 'active' ORDER BY id`),
    );
    return rows.map((row) => row.id);
  }

  /** Disconnected ones, too: what was stored of them still ages. As above. */
  async listCorpIds(): Promise<CorpId[]> {
    const rows = await this.unitOfWork.read(undefined, () =>
      this.database.query<{ id: CorpId }>('SELECT id FROM platform.corps ORDER BY id'),
    );
    return rows.map((row) => row.id);
  }

  /** @throws auth.corp_not_found; a disconnected corp keeps its settings. */
  async get(corpId: CorpId): Promise<CorpSettings> {
    const row = await this.unitOfWork.read(corpId, () =>
      this.database.maybeOne<CorpSettings>(
        `SELECT wecom_corp_id AS "wecomCorpId", time_zone AS "timeZone", languages,
                mass_send_limit AS "massSendLimit"
           FROM platform.corps WHERE id = $1`,
        [corpId],
      ),
    );
    if (!row) throw authErrors.corp_not_found();
    return row;
  }
}
