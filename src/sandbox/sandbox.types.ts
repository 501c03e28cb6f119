/** The public language of the sandbox: what `startSandbox` takes and what an embedder can do with it. */

import type { CallbackFaults, CallbackOutage, Fault, FaultState } from './sandbox-faults.types.js';
import type { CallbackPlace, EnvelopeOptions, SandboxEvents } from './sandbox-events.types.js';
import type { SandboxPeople } from './sandbox-people.types.js';

export type * from './sandbox-events.types.js';
export type * from './sandbox-faults.types.js';
export type * from './sandbox-kf.types.js';
export type * from './sandbox-people.types.js';

export interface SandboxOptions {
  /** Loopback only (`127.0.0.1`, `::1`, `localhost`); anything else is refused. Default `127.0.0.1`. */
  host?: string;
  /** 0 (default) takes a free port. */
  port?: number;
  /** The world is loaded from and saved to this file (tmp + rename, mode 0600). Without it nothing is kept. */
  worldFile?: string;
  /** The same seed gives the same ids, names and relations. Ignored when `worldFile` exists. Default: random. */
  seed?: string;
  /** Size of the first corp. Ignored when `worldFile` exists. */
  size?: WorldSize;
  switches?: Partial<SandboxSwitches>;
  /** Milliseconds; drives tokens, welcome codes, quota windows, group lag and media expiry. */
  clock?: () => number;
}

/** Defaults: 500 customers, 16 staff or one for each 1000 customers, 5 customer groups. */
export interface WorldSize {
  staff?: number;
  /** Up to 10,000,000. They are computed when asked for: only those that change take memory. */
  customers?: number;
  /** Followers of a customer on average, 1 to 3; default 1.2. */
  relationsPerCustomer?: number;
  /** Corp tags of a customer on average, over all his relations; default 1.4. */
  tagsPerCustomer?: number;
  groupChats?: number;
}

export interface Sandbox {
  /** e.g. `http://127.0.0.1:4000`; WeCom's `/cgi-bin/...` lies directly below it. */
  readonly url: string;
  readonly control: SandboxControl;
  /** Stops traffic, waits for nothing that is still to be retried, saves the world. */
  close(): Promise<void>;
}

/** What the admin console of WeCom shows for a corp. All values are invented. */
export interface CorpCredentials {
  corpId: string;
  name: string;
  /** The self-built app, listed in 客户联系 → 可调用接口的应用. */
  agentId: number;
  appSecret: string;
  /** The 通讯录同步 assistant. */
  assistantSecret: string;
}

export interface CallbackForm {
  /** Default: the first corp. */
  corpId?: string;
  place: CallbackPlace;
  /** For `place: 'app'`; default: the first app of the corp. */
  agentId?: number;
  /** For `place: 'suite'`: the receive id of its callbacks. The GET check carries the corp id. */
  suiteId?: string;
  url: string;
  /** 1-32 letters and digits. */
  token: string;
  /** Exactly 43 letters and digits. */
  encodingAesKey: string;
}

export type SaveResult = { saved: true } | { saved: false; reason: { en: string; zh: string } };

export interface SandboxControl {
  world(): WorldSummary;
  /** Credentials of a corp; default the first. */
  corp(corpId?: string): CorpCredentials;
  addCorp(options?: { name?: string; seed?: string; size?: WorldSize }): CorpCredentials;
  /** Another self-built app in the corp. */
  addApp(options?: AppForm): { agentId: number; secret: string };
  /** What an administrator does to an app: visible range, trusted IPs, permissions, a new secret. */
  changeApp(change: AppChange): void;
  /** Plays the console's save: runs the GET verification first and saves only when it passes. */
  saveCallback(form: CallbackForm): Promise<SaveResult>;
  readonly events: SandboxEvents & SandboxPeople;
  switches(): SandboxSwitches;
  setSwitches(change: Partial<SandboxSwitches>): SandboxSwitches;
  /** Early invalidation: every live token answers 40014 from now on. */
  invalidateTokens(corpId?: string): void;
  /** Cursors given out so far answer 50100 from now on. */
  invalidateCursors(): void;
  /** From now on calls suffer this, until it is removed or has hit `times` times. */
  addFault(fault: Fault): { readonly id: number; remove(): void };
  faults(): FaultState[];
  clearFaults(): void;
  /** Short for `addFault`: the next `times` (1) calls of this path answer `errcode` instead of working. */
  failNext(fault: { path: string; errcode: number; times?: number }): void;
  /** Calls received so far by path, refused ones included. */
  callCounts(): Record<string, number>;
  /**
   * Moves the sandbox's clock forward: tokens age, waiting transfers take effect, tickets come. Callbacks keep
   * their real waiting times.
   */
  advanceClock(o: { ms: number }): void;
  startCallbackOutage(outage?: CallbackOutage): void;
  deliveries(): Delivery[];
  /** Resolves when no callback is on its way or waiting for a retry. */
  whenDelivered(): Promise<void>;
  /** Messages, welcome and mass messages that members and customers have received. */
  outbox(): SentMessage[];
  /** What members find in 群发助手, in order of creation. */
  massSendTasks(): MassSendTaskSummary[];
  /** So many random changes at once, whose events carry one CreateTime. */
  burst(options: BurstOptions): { createTime: number };
  /** One traffic at a time: a new one replaces the one before; 0 events a minute end it. */
  startTraffic(options?: TrafficOptions): { stop(): void };
}

export interface AppForm {
  corpId?: string;
  name?: string;
  /** Listed in 可调用接口的应用; default true. Otherwise customer contact answers 48002. */
  contactApi?: boolean;
}

export interface AppChange {
  corpId?: string;
  /** `assistant` for the 通讯录同步 assistant; an agent id for an app; default the first app. */
  app?: number | 'assistant';
  enabled?: boolean;
  contactApi?: boolean;
  visibleDepartmentIds?: number[];
  visibleUserIds?: string[];
  /** null = calls from everywhere; a list = 60020 for every other address. */
  trustedIps?: string[] | null;
  secret?: string;
}

export interface BurstOptions {
  corpId?: string;
  events: number;
}

export interface TrafficOptions {
  corpId?: string;
  /** Default 6. */
  eventsPerMinute?: number;
  /** No customer is added beyond it. Default 2000. */
  customersMax?: number;
}

export interface SandboxSwitches {
  tokenLifeS: number;
  /** Whether a repeated gettoken reports the remaining time (unconfirmed, rest-api.md section 8). */
  expiresInCountsDown: boolean;
  /** One corp, one API path (page 90454). */
  callsPerMinute: number;
  callsPerHour: number;
  /** One IP, one API path (page 90454). */
  callsPerMinuteOfIp: number;
  callsPerHourOfIp: number;
  /** 45033 above it; WeCom publishes no figure. */
  concurrentCalls: number;
  /** Wrong secrets from one IP within an hour that block gettoken for one hour (45009). */
  wrongSecretsMax: number;
  /** Time every call takes; makes calls overlap. */
  latencyMs: number;
  /** Since 2022-08-15 the assistant reads ids only (48009). */
  assistantReadsDetails: boolean;
  /** Members that answer 48011 (page 92109). */
  inactiveUserIds: string[];
  /** Members in `fail_info.unlicensed_userid_list` (page 92994). */
  unlicensedUserIds: string[];
  /** Customers one member can have: 40099 and failed transfers above it; WeCom publishes no figure. */
  customersPerStaffMax: number;
  /** groupchat/list without owner_filter answers 81017 above it (page 92120). */
  groupListStaffMax: number;
  /** user/list answers 45029 above it; WeCom publishes no figure. */
  userListMax: number;
  /** REST sees a group change this much later than the event (page 92130: about 2 s). */
  groupLagMs: number;
  welcomeLifeMs: number;
  /** kf/sync_msg without a token, calls a minute and account: 45009 above it. WeCom says strict and no figure. */
  kfSyncsWithoutToken: number;
  /** kf/sync_msg puts an empty page with `has_more` 1 before each page. */
  kfEmptyPages: boolean;
  /** Leaves out the transitions that one source only tells of: 0, 1 and 2 to 4, and to the same state again. */
  kfStrictTransitions: boolean;
  /** The job of a moment is started (1) for so long, then running (2) for as long, then done (3). */
  momentStepMs: number;
  /** 41210 above it (page 95094). */
  momentsPerMonth: number;
  /** So long after its creation a mass message answers 41063 to queries. */
  massSendDispatchMs: number;
  /** Receive quota of a customer or group: as many a month as it has days, 7 a week, or 1 a day (page 92135). */
  massSendRule: 'month' | 'week' | 'day';
  /** Members for whom the console has a welcome of its own: their adds carry no WelcomeCode. */
  consoleWelcomeUserIds: string[];
  callbackTimeoutMs: number;
  /** Waits before the retries; its length is their number (page 90930: three). */
  callbackRetryMs: number[];
  /** Two official pages differ (90930, 90238); default false. */
  retryNon200: boolean;
  /** Every try gets a new timestamp, nonce and ciphertext. */
  freshEnvelopePerTry: boolean;
  /** Shares and times by which events go astray; a change starts their generator anew. */
  callbackFaults: CallbackFaults;
  /** Failed events in a row after which a place gets none for `droppingMs`; 0: never. WeCom publishes no figure. */
  failuresBeforeDropping: number;
  droppingMs: number;
  /** change_contact carries UserID, Department and NewUserID only (page 90970, URLs after 2022-08-15). */
  restrictedDirectoryEvents: boolean;
  /** The form of every event from now on; an event's own options win. */
  envelope: EnvelopeOptions;
}

export interface Delivery {
  id: number;
  corpId: string;
  place: CallbackPlace;
  url: string;
  /** The plaintext that was encrypted. */
  xml: string;
  tries: { at: number; status?: number; error?: string }[];
  /** lost: never sent, by a fault, an outage, or because the place failed too often. */
  state: 'pending' | 'answered' | 'refused' | 'failed' | 'lost';
}

export interface SentMessage {
  kind: 'welcome' | 'app' | 'mass' | 'robot' | 'kf';
  corpId: string;
  agentId: number;
  at: number;
  /** Members, customers or groups that received it, or the key of the robot that said it. */
  to: string[];
  /** Dropped without a word because the member had 30 in this minute or 1000 in this hour (page 90236). */
  droppedFor: string[];
  msgId?: string;
  recalled?: boolean;
  body: Record<string, unknown>;
}

/** A mass message that one member has to confirm, or has confirmed. */
export interface MassSendTaskSummary {
  corpId: string;
  msgId: string;
  userId: string;
  /** Customers or groups whom he sends it to. */
  to: string[];
  confirmed: boolean;
  cancelled: boolean;
}

export interface WorldSummary {
  url: string;
  corps: {
    corpId: string;
    name: string;
    departments: number;
    staff: { userId: string; name: string; departmentIds: number[]; customers: number }[];
    customers: number;
    followRelations: number;
    tagGroups: { groupId: string; name: string; tags: { tagId: string; name: string }[] }[];
    groupChats: { chatId: string; name: string; ownerUserId: string; members: number }[];
    callbacks: { place: CallbackPlace; agentId?: number; url: string }[];
  }[];
}
