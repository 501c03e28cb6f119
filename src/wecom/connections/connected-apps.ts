import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { AppKind, AppState } from './app.types.js';

/** How long a process trusts what it read; a disconnected corp makes no call after this time. */
const COPY_LIFE_MS = 5_000;

export interface ConnectedApp {
  readonly corpId: CorpId;
  /** WeCom's corpid. */
  readonly wecomCorpId: string;
  readonly id: string;
  readonly kind: AppKind;
  readonly agentId: number | undefined;
  readonly state: AppState;
  /** The API whose refusal is shown with the app. */
  readonly problemApi: string | null;
}

/** Which apps of a corp calls may go through; read often, so kept in memory for a moment. */
@Injectable()
export class ConnectedApps {
  private readonly copies = new Map<CorpId, { apps: readonly ConnectedApp[]; untilMs: number }>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The app for a call: the named one, else the oldest of this kind, one whose secret WeCom rejected last. Undefined when
   * there is none or the corp is disconnected.
   */
  async find(corpId: CorpId, kind: AppKind, agentId?: number): Promise<ConnectedApp | undefined> {
    const ofKind = (await this.list(corpId)).filter((app) => app.kind === kind);
    if (agentId !== undefined) return ofKind.find((app) => app.agentId === agentId);
    return ofKind.find((app) => app.state !== 'rejected') ?? ofKind[0];
  }

  async byId(corpId: CorpId, appId: string): Promise<ConnectedApp | undefined> {
    return (await this.list(corpId)).find((app) => app.id === appId);
  }

  forget(corpId: CorpId): void {
    this.copies.delete(corpId);
  }

  private async list(corpId: CorpId): Promise<readonly ConnectedApp[]> {
    const copy = this.copies.get(corpId);
    const nowMs = this.clock.now().getTime();
    if (copy && copy.untilMs > nowMs) return copy.apps;
    const apps = await this.unitOfWork.read(corpId, () => this.load(corpId));
    this.copies.set(corpId, { apps, untilMs: nowMs + COPY_LIFE_MS });
    return apps;
  }

  private async load(corpId: CorpId): Promise<ConnectedApp[]> {
    const corp = await this.database.maybeOne<{ wecomCorpId: string }>(
      `SELECT wecom_corp_id AS "wecomCorpId" FROM platform.corps WHERE id = $1 AND state = 'active'`,
      [corpId],
    );
    if (!corp) return [];
    const rows = await this.database.query<{
      id: string;
      kind: AppKind;
      agentId: number | null;
      state: AppState;
      problemApi: string | null;
    }>(
      `SELECT id, kind, agent_id AS "agentId", state, problem_api AS "problemApi"
         FROM wecom.apps WHERE corp_id = $1 ORDER BY id`,
      [corpId],
    );
    return rows.map((row) => ({ ...row, agentId: row.agentId ?? undefined, corpId, ...corp }));
  }
}
