import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../platform/clock/ids.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Envelopes } from '../../../platform/crypto/envelopes.js';
import { Database } from '../../../platform/database/database.js';
import { credentialPlace, secretPlace } from '../app.row.js';
import type { App, AppOrder, CallbackPair } from '../app.types.js';

/** 128 random bits: whoever knows a callback URL was told it. */
const PLACE_ID_BYTES = 16;
/** The console switches to a new pair at once; until somebody has saved it there, callbacks come with the old one. */
const OLD_PAIR_LIFE = '24 hours';

const COLUMNS = `id, kind, agent_id AS "agentId", name, state, secret_version AS "secretVersion",
  checked_at AS "checkedAt", problem_errcode AS "problemErrcode", problem_api AS "problemApi",
  problem_at AS "problemAt"`;

/** The apps of a corp with their sealed secrets. Inside the corp's unit of work. */
@Injectable()
export class AppsStore {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly ids: Ids,
  ) {}

  /** @returns the id, or undefined when the corp has this agent or an assistant already. */
  async insert(corpId: CorpId, app: AppOrder & { name: string }): Promise<string | undefined> {
    const id = this.ids.next();
    const inserted = await this.database.execute(
      `INSERT INTO wecom.apps
         (corp_id, id, kind, agent_id, name, secret_sealed, secret_version, state, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, 1, 'unverified', clock_timestamp(), clock_timestamp())
       ON CONFLICT DO NOTHING`,
      [
        corpId,
        id,
        app.kind,
        app.agentId ?? null,
        app.name,
        this.envelopes.seal(app.secret, secretPlace(corpId, id)),
      ],
    );
    if (inserted === 0) return undefined;
    await this.database.execute(
      `INSERT INTO platform.callback_places (id, corp_id, app_id, created_at) VALUES ($1, $2, $3, clock_timestamp())`,
      [randomBytes(PLACE_ID_BYTES).toString('hex'), corpId, id],
    );
    return id;
  }

  find(corpId: CorpId, id: string): Promise<App | undefined> {
    return this.database.maybeOne<App>(`SELECT ${COLUMNS} FROM wecom.apps WHERE corp_id = $1 AND id = $2`, [
      corpId,
      id,
    ]);
  }

  list(corpId: CorpId): Promise<App[]> {
    return this.database.query<App>(`SELECT ${COLUMNS} FROM wecom.apps WHERE corp_id = $1 ORDER BY id`, [
      corpId,
    ]);
  }

  /** The unguessable part of each app's callback URL. */
  async placeIds(corpId: CorpId): Promise<Map<string, string>> {
    const rows = await this.database.query<{ id: string; appId: string }>(
      'SELECT id, app_id AS "appId" FROM platform.callback_places WHERE corp_id = $1',
      [corpId],
    );
    return new Map(rows.map((row) => [row.appId, row.id]));
  }

  async rename(corpId: CorpId, id: string, name: string): Promise<void> {
    await this.database.execute(
      'UPDATE wecom.apps SET name = $3, updated_at = clock_timestamp() WHERE corp_id = $1 AND id = $2',
      [corpId, id, name],
    );
  }

  /** The app is unverified again, its token is gone, and a refresh that is under way will not be stored. */
  async replaceSecret(corpId: CorpId, id: string, secret: string): Promise<void> {
    await this.database.execute(
      `UPDATE wecom.apps
          SET secret_sealed = $3, secret_version = secret_version + 1, state = 'unverified', checked_at = NULL,
              problem_errcode = NULL, problem_api = NULL, problem_at = NULL, updated_at = clock_timestamp()
        WHERE corp_id = $1 AND id = $2`,
      [corpId, id, this.envelopes.seal(secret, secretPlace(corpId, id))],
    );
    await this.database.execute(
      `UPDATE wecom.access_tokens
          SET version = version + 1, token_sealed = NULL, refresh_at = NULL, leased_until = NULL, paused_until = NULL,
              paused_errcode = NULL
        WHERE corp_id = $1 AND app_id = $2`,
      [corpId, id],
    );
  }

  /** The pair before stays good for a while; the one before that ends now. */
  async addCallbackPair(corpId: CorpId, appId: string, pair: CallbackPair): Promise<void> {
    await this.database.execute(
      'DELETE FROM wecom.callback_credentials WHERE corp_id = $1 AND app_id = $2 AND accepted_until IS NOT NULL',
      [corpId, appId],
    );
    await this.database.execute(
      `UPDATE wecom.callback_credentials SET accepted_until = clock_timestamp() + interval '${OLD_PAIR_LIFE}'
        WHERE corp_id = $1 AND app_id = $2`,
      [corpId, appId],
    );
    const id = this.ids.next();
    await this.database.execute(
      `INSERT INTO wecom.callback_credentials (corp_id, id, app_id, token_sealed, aes_key_sealed, created_at)
       VALUES ($1, $2, $3, $4, $5, clock_timestamp())`,
      [
        corpId,
        id,
        appId,
        this.envelopes.seal(pair.token, credentialPlace(corpId, id, 'token_sealed')),
        this.envelopes.seal(pair.encodingAesKey, credentialPlace(corpId, id, 'aes_key_sealed')),
      ],
    );
  }

  /** With secrets, tokens, pairs and callback URLs. */
  async removeAll(corpId: CorpId): Promise<void> {
    await this.database.execute('DELETE FROM platform.callback_places WHERE corp_id = $1', [corpId]);
    await this.database.execute('DELETE FROM wecom.apps WHERE corp_id = $1', [corpId]);
  }

  /** @returns false when the secret changed since it was read: the verdict is about the old one. */
  async markValid(corpId: CorpId, app: Pick<App, 'id' | 'secretVersion'>): Promise<boolean> {
    const marked = await this.database.execute(
      `UPDATE wecom.apps
          SET state = 'valid', checked_at = clock_timestamp(), problem_errcode = NULL, problem_api = NULL,
              problem_at = NULL
        WHERE corp_id = $1 AND id = $2 AND secret_version = $3 AND state = 'unverified'`,
      [corpId, app.id, app.secretVersion],
    );
    return marked === 1;
  }

  /** What an administrator has to repair; at most once a minute, since every call may run into it. */
  async noteProblem(corpId: CorpId, id: string, problem: { api: string; errcode: number }): Promise<void> {
    await this.database.execute(
      `UPDATE wecom.apps SET problem_errcode = $3, problem_api = $4, problem_at = clock_timestamp()
        WHERE corp_id = $1 AND id = $2 AND state <> 'rejected'
          AND (problem_errcode IS DISTINCT FROM $3 OR problem_at < clock_timestamp() - interval '1 minute')`,
      [corpId, id, problem.errcode, problem.api],
    );
  }

  /** WeCom answers that API again. */
  async clearProblem(corpId: CorpId, id: string, api: string): Promise<void> {
    await this.database.execute(
      `UPDATE wecom.apps SET problem_errcode = NULL, problem_api = NULL, problem_at = NULL
        WHERE corp_id = $1 AND id = $2 AND problem_api = $3 AND state <> 'rejected'`,
      [corpId, id, api],
    );
  }
}
