import type { CallbackPlace } from '../sandbox.types.js';
import type { CallbackSetting } from '../world/corp.types.js';

/** One configured callback: the sender asks for no more of an app. */
export interface Place {
  kind: CallbackPlace;
  agentId: number;
  callback?: CallbackSetting;
}

export interface Suite extends Place {
  suiteId: string;
  ticketAt?: number;
}

/** AgentID of msgaudit_notify (page 95039). */
const ARCHIVE_AGENT_ID = 2_000_004;

/** Places that are no app of a corp: 会话内容存档 and suites of providers. Not kept over a restart. */
export class Places {
  private readonly archives = new Map<string, Place>();
  private readonly suites = new Map<string, Suite>();

  archive(corpId: string): Place {
    const known = this.archives.get(corpId) ?? { kind: 'archive', agentId: ARCHIVE_AGENT_ID };
    this.archives.set(corpId, known);
    return known;
  }

  suite(suiteId: string): Suite {
    const known = this.suites.get(suiteId) ?? { kind: 'suite', agentId: 0, suiteId };
    this.suites.set(suiteId, known);
    return known;
  }

  allSuites(): Suite[] {
    return [...this.suites.values()];
  }
}
