import type { Agenda } from '../agenda.js';
import type { Places } from '../callbacks/places.js';
import type { KfDesk } from '../kf/kf-desk.js';
import type { MassSendBook } from '../mass-sends/mass-send-book.js';
import type { MomentBook } from '../moments/moment-book.js';
import type { SandboxSwitches } from '../sandbox.types.js';
import type { TransferBook } from '../transfers/transfer-book.js';
import type { Corp } from '../world/corp.js';
import type { SandboxApp } from '../world/corp.types.js';
import type { World } from '../world/world.js';
import type { Cursors } from './cursors.js';
import type { FieldRule, Json } from './field-rules.js';
import type { GroupLag } from './group-lag.js';
import type { MediaShelf } from './media-shelf.js';
import type { UploadedPart } from './multipart.js';
import type { Outbox } from './outbox.js';
import type { Robots } from './robots.js';
import type { Tokens } from './tokens.js';
import type { WelcomeCodes } from './welcome-codes.js';

/** What all calls share. */
export interface RestHost {
  readonly world: World;
  readonly switches: SandboxSwitches;
  readonly nowMs: () => number;
  readonly tokens: Tokens;
  readonly cursors: Cursors;
  readonly groupLag: GroupLag;
  readonly welcomeCodes: WelcomeCodes;
  readonly media: MediaShelf;
  readonly outbox: Outbox;
  readonly robots: Robots;
  readonly transfers: TransferBook;
  readonly massSends: MassSendBook;
  readonly moments: MomentBook;
  readonly kf: KfDesk;
  readonly agenda: Agenda;
  readonly places: Places;
}

export interface OpenCall {
  host: RestHost;
  params: Params;
  ip: string;
  query: URLSearchParams;
  part?: UploadedPart;
}

export interface Call extends OpenCall {
  corp: Corp;
  app: SandboxApp;
  nowS: number;
  /** `Range` header of media/get. */
  range?: string;
}

export class BinaryAnswer {
  constructor(
    readonly status: number,
    readonly headers: Record<string, string>,
    readonly bytes: Buffer,
  ) {}
}

export type Answer = Json | BinaryAnswer;

/**
 * Who may call: `any` token, an `app` token, an app of 可调用接口的应用 (`contact`), a token that reads details of
 * the directory (`directory`: the assistant gets 48009), the 通讯录同步 `assistant` only.
 */
export type TokenRule = 'any' | 'app' | 'contact' | 'directory' | 'assistant';

export interface EndpointRule {
  method: 'GET' | 'POST';
  path: string;
  /** Number of the official page. */
  page: number;
  fields: readonly FieldRule[];
  /** At least one of them must be there, else the code; `emptyCounts` where an empty value clears the field. */
  oneOf?: { fields: readonly string[]; code: number; emptyCounts?: true };
  /** Empty collections that a refused call still carries. */
  empty?: Json;
  multipart?: true;
  /** A second call for the same values, while one runs, gets the code. */
  exclusive?: { fields: readonly string[]; code: number };
  /** Uses per corp; 45009 above. */
  quotas?: readonly { days: number; max: number }[];
  /** message/send counts in its own limits only (page 90454). */
  outsideBaseLimits?: true;
}

export type Endpoint = EndpointRule &
  (
    | { token: 'none'; answer: (call: OpenCall) => Answer }
    | { token: TokenRule; answer: (call: Call) => Answer }
  );

/** Checked parameters: the rules ran before, so a wrong type cannot be here. */
export class Params {
  constructor(readonly body: Json) {}

  text(name: string): string {
    const value = this.body[name];
    return typeof value === 'string' ? value : '';
  }

  integer(name: string): number | undefined {
    const value = this.body[name];
    return typeof value === 'number' ? value : undefined;
  }

  texts(name: string, of: Json = this.body): string[] {
    const value = of[name];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  }

  objects(name: string): Json[] {
    const value = this.body[name];
    // reason: the rule table has checked that the items are objects
    return Array.isArray(value) ? (value as Json[]) : [];
  }

  object(name: string): Json {
    const value = this.body[name];
    // reason: checked on this line
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  }

  has(name: string): boolean {
    return this.body[name] !== undefined && this.body[name] !== null;
  }
}
