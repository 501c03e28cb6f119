import { randomBytes } from 'node:crypto';
import { KfSession } from './kf-session.js';

const KEPT_S = 3 * 86_400;
const MINUTE_S = 60;

interface Entry {
  seq: number;
  at: number;
  message: Record<string, unknown>;
}

/** One 客服账号, placed under an app: its sessions and the log that `sync_msg` reads. */
export class KfAccount {
  readonly openKfId = `wk${randomBytes(22).toString('base64url')}`;
  /** User ids; true while he serves. */
  readonly servicers = new Map<string, boolean>();
  /** Own message ids of send_msg: unique for each account. */
  readonly sentMsgIds = new Set<string>();
  private readonly sessions = new Map<string, KfSession>();
  private log: Entry[] = [];
  private lastSeq = 0;
  private bareSyncs: number[] = [];

  constructor(
    readonly corpId: string,
    readonly agentId: number,
    public name: string,
  ) {}

  session(externalUserId: string, nowS: number): KfSession {
    const session = this.sessions.get(externalUserId) ?? new KfSession();
    this.sessions.set(externalUserId, session);
    session.expire(nowS);
    return session;
  }

  /** Messages of customers and servicers, and what happens in their clients; never what the API does (94670). */
  append(nowS: number, message: Record<string, unknown>): string {
    const msgid = `kf_${randomBytes(18).toString('base64url')}`;
    this.log = this.log.filter((entry) => entry.at > nowS - KEPT_S);
    this.lastSeq += 1;
    this.log.push({ seq: this.lastSeq, at: nowS, message: { msgid, send_time: nowS, ...message } });
    return msgid;
  }

  after(seq: number, nowS: number): readonly Entry[] {
    return this.log.filter((entry) => entry.seq > seq && entry.at > nowS - KEPT_S);
  }

  /** Counts a sync without a token; false above the limit of a minute. */
  takeBareSync(nowS: number, max: number): boolean {
    this.bareSyncs = this.bareSyncs.filter((at) => at > nowS - MINUTE_S);
    if (this.bareSyncs.length >= max) return false;
    this.bareSyncs.push(nowS);
    return true;
  }
}
