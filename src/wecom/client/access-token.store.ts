import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../platform/crypto/envelopes.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { secretPlace } from '../connections/app.row.js';
import type { ConnectedApp } from '../connections/connected-apps.js';

registerEncryptedColumn({ table: 'wecom.access_tokens', column: 'token_sealed', rowId: 'app_id' });

/** Longer than one gettoken may take (10 s, and 5 s of waiting for the limit). */
const LEASE = '20 seconds';
/** After gettoken failed for a reason other than the secret, nobody asks again so soon. */
const PAUSE = '30 seconds';
/** Refreshed a little before the end, so that no call starts with a token that dies on its way. */
const EARLY_S = 120;
const EARLY_SHARE = 0.1;

export interface TokenState {
  readonly appState: 'unverified' | 'valid' | 'rejected';
  readonly appErrcode: number | undefined;
  readonly secret: string;
  readonly secretVersion: number;
  /** 0 before the first token. */
  readonly version: number;
  /** Undefined when there is none or it is about to expire. */
  readonly token: string | undefined;
  readonly usableMs: number;
  /** Set while gettoken is paused after this errcode. */
  readonly pausedErrcode: number | undefined;
}

interface StateRow {
  appState: TokenState['appState'];
  appErrcode: number | null;
  secretSealed: string;
  secretVersion: number;
  version: number;
  tokenSealed: string | null;
  usableMs: number;
  pausedErrcode: number | null;
}

/** The shared token row of each app. All times are the database's. */
@Injectable()
export class AccessTokenStore {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly envelopes: Envelopes,
  ) {}

  /** @returns undefined when the app is gone. */
  async read(app: ConnectedApp): Promise<TokenState | undefined> {
    const row = await this.unitOfWork.read(app.corpId, () =>
      this.database.maybeOne<StateRow>(
        `SELECT a.state AS "appState", a.problem_errcode AS "appErrcode", a.secret_sealed AS "secretSealed",
                a.secret_version AS "secretVersion", coalesce(t.version, 0) AS version,
                t.token_sealed AS "tokenSealed",
                coalesce((extract(epoch FROM t.refresh_at - clock_timestamp()) * 1000)::int, 0) AS "usableMs",
                CASE WHEN t.paused_until > clock_timestamp() THEN t.paused_errcode END AS "pausedErrcode"
           FROM wecom.apps a LEFT JOIN wecom.access_tokens t ON t.corp_id = a.corp_id AND t.app_id = a.id
          WHERE a.corp_id = $1 AND a.id = $2`,
        [app.corpId, app.id],
      ),
    );
    if (!row) return undefined;
    const usable = row.tokenSealed !== null && row.usableMs > 0;
    return {
      appState: row.appState,
      appErrcode: row.appErrcode ?? undefined,
      secret: this.envelopes.open(row.secretSealed, secretPlace(app.corpId, app.id)),
      secretVersion: row.secretVersion,
      version: row.version,
      token: usable ? this.envelopes.open(row.tokenSealed ?? '', tokenPlace(app)) : undefined,
      usableMs: row.usableMs,
      pausedErrcode: row.pausedErrcode ?? undefined,
    };
  }

  /** @returns true for the one caller that may fetch the successor of this version. */
  async lease(app: ConnectedApp, version: number): Promise<boolean> {
    const taken = await this.write(
      app,
      `INSERT INTO wecom.access_tokens AS t (corp_id, app_id, version, leased_until)
       VALUES ($1, $2, $3, clock_timestamp() + interval '${LEASE}')
       ON CONFLICT (corp_id, app_id) DO UPDATE SET leased_until = excluded.leased_until
       WHERE t.version = $3 AND (t.leased_until IS NULL OR t.leased_until <= clock_timestamp())
         AND (t.paused_until IS NULL OR t.paused_until <= clock_timestamp())`,
      [version],
    );
    return taken === 1;
  }

  /** @returns undefined when this version is not the current one any more: nothing was stored. */
  async put(
    app: ConnectedApp,
    version: number,
    token: { value: string; lifeS: number },
  ): Promise<{ version: number; usableMs: number } | undefined> {
    const usableMs = (token.lifeS - Math.min(EARLY_S, token.lifeS * EARLY_SHARE)) * 1000;
    const stored = await this.write(
      app,
      `UPDATE wecom.access_tokens
          SET token_sealed = $4, version = $3 + 1, leased_until = NULL, paused_until = NULL, paused_errcode = NULL,
              refresh_at = clock_timestamp() + $5 * interval '1 millisecond'
        WHERE corp_id = $1 AND app_id = $2 AND version = $3`,
      [version, this.envelopes.seal(token.value, tokenPlace(app)), Math.round(usableMs)],
    );
    return stored === 1 ? { version: version + 1, usableMs } : undefined;
  }

  /** Ends the lease; an errcode pauses gettoken for a moment, a missing answer does not. */
  async release(app: ConnectedApp, version: number, errcode: number): Promise<void> {
    await this.write(
      app,
      `UPDATE wecom.access_tokens
          SET leased_until = NULL, paused_errcode = nullif($4::int, 0),
              paused_until = CASE WHEN $4::int <> 0 THEN clock_timestamp() + interval '${PAUSE}' END
        WHERE corp_id = $1 AND app_id = $2 AND version = $3`,
      [version, errcode],
    );
  }

  /** Marks the app, unless its secret changed while WeCom judged the old one. */
  async reject(app: ConnectedApp, state: TokenState, errcode: number): Promise<void> {
    await this.unitOfWork.run(app.corpId, async () => {
      await this.database.execute(
        `UPDATE wecom.apps SET state = 'rejected', problem_errcode = $4, problem_api = 'gettoken',
                problem_at = clock_timestamp(), checked_at = clock_timestamp()
          WHERE corp_id = $1 AND id = $2 AND secret_version = $3`,
        [app.corpId, app.id, state.secretVersion, errcode],
      );
      await this.database.execute(
        `UPDATE wecom.access_tokens SET leased_until = NULL, token_sealed = NULL
          WHERE corp_id = $1 AND app_id = $2 AND version = $3`,
        [app.corpId, app.id, state.version],
      );
    });
  }

  private write(app: ConnectedApp, sql: string, params: unknown[]): Promise<number> {
    return this.unitOfWork.run(app.corpId, () => this.database.execute(sql, [app.corpId, app.id, ...params]));
  }
}

function tokenPlace(app: { corpId: string; id: string }) {
  return { corpId: app.corpId, table: 'wecom.access_tokens', column: 'token_sealed', rowId: app.id };
}
