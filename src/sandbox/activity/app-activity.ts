import type { XmlField } from '../callbacks/xml.js';
import type { EventHost } from '../control/event-host.js';
import type { EventTarget, SandboxPeople } from '../sandbox.types.js';
import type { Corp } from '../world/corp.js';
import type { SandboxApp } from '../world/corp.types.js';

/** Between the warning and its effect (page 92109). */
const WARNING_S = 7 * 86_400;

interface Warning {
  corpId: string;
  agentId: number;
  effectAt: number;
  target: EventTarget;
  /** Members whose customers can then no longer be read; absent when the whole app stops. */
  inactiveUserIds?: string[];
}

type ActivityPeople = Pick<
  SandboxPeople,
  'appLittleUsed' | 'membersUseAppAgain' | 'appUnused' | 'administratorReopensApp'
>;

/**
 * Use of an app decides what it may read (pages 92109, 90240): a warning, a week later the effect, and the way back.
 * The effects are the switch `inactiveUserIds` (48011) and an app that is switched off (40001, 40014).
 */
export class AppActivity {
  private warnings: Warning[] = [];

  constructor(private readonly host: EventHost) {}

  readonly people: ActivityPeople = {
    appLittleUsed: (o) => this.warn(o, 'low_active_alert', o.inactiveUserIds),
    membersUseAppAgain: (o) => {
      const { corp, app } = this.appOf(o);
      this.withdraw(corp, app);
      this.host.switches.inactiveUserIds = [];
      this.tell(o, corp, app, 'active_restored');
    },
    appUnused: (o) => this.warn(o, 'inactive_alert'),
    administratorReopensApp: (o) => {
      const { corp, app } = this.appOf(o);
      this.withdraw(corp, app);
      app.enabled = true;
      this.tell(o, corp, app, 'reopen_inactive_agent');
    },
  };

  /** Warnings whose week is over. */
  takeEffect(): void {
    const due = this.warnings.filter(({ effectAt }) => effectAt <= this.host.nowS());
    this.warnings = this.warnings.filter((warning) => !due.includes(warning));
    for (const { corpId, agentId, target, inactiveUserIds } of due) {
      const corp = this.host.world.get(corpId);
      const app = corp.app(agentId);
      this.tell(target, corp, app, inactiveUserIds ? 'low_active' : 'close_inactive_agent');
      if (inactiveUserIds) this.host.switches.inactiveUserIds = inactiveUserIds;
      else app.enabled = false;
    }
  }

  private warn(o: EventTarget & { agentId?: number }, event: string, inactiveUserIds?: string[]): void {
    const { corp, app } = this.appOf(o);
    for (const userId of inactiveUserIds ?? []) corp.getStaff(userId);
    const effectAt = this.host.nowS() + WARNING_S;
    this.withdraw(corp, app);
    const warning = { corpId: corp.corpId, agentId: app.agentId, effectAt, target: o };
    this.warnings.push({ ...warning, ...(inactiveUserIds ? { inactiveUserIds } : {}) });
    this.tell(o, corp, app, event, effectAt);
  }

  private withdraw(corp: Corp, app: SandboxApp): void {
    this.warnings = this.warnings.filter(
      ({ corpId, agentId }) => corpId !== corp.corpId || agentId !== app.agentId,
    );
  }

  private appOf(o: EventTarget & { agentId?: number }): { corp: Corp; app: SandboxApp } {
    const corp = this.host.world.get(o.corpId);
    return { corp, app: corp.app(o.agentId) };
  }

  private tell(target: EventTarget, corp: Corp, app: SandboxApp, event: string, effectAt?: number): void {
    this.host.router.toPlace(target, corp.corpId, app, event, [
      ['AgentID', app.agentId],
      ...(effectAt === undefined ? [] : [['EffectTime', effectAt] satisfies XmlField]),
    ]);
    this.host.world.changed();
  }
}
