import type { CorpId } from '../context/typed-id.js';
import type { PreparedStatement } from '../database/scoped-query.js';
import type { JobLane } from '../jobs/job.js';

/** A fact that other modules may react to. Payloads hold ids and states, no personal data. */
export interface EventDefinition<P> {
  /** `<module>.<noun_happened>`, for example `customers.customer_merged`. */
  readonly name: string;
  readonly version: number;
  /** Never set; carries the payload's type. */
  readonly payload?: P;
}

export interface StoredEvent<P> {
  readonly id: string;
  readonly corpId: CorpId;
  readonly name: string;
  readonly version: number;
  readonly at: Date;
  readonly payload: P;
}

/**
 * Reacts to events, each exactly once in effect. Events come in any order, so a consumer reads the state that is, not
 * the one that the event speaks of.
 */
export type EventConsumer<P, L = void> = ApplyingConsumer<P, L> | OneStatementConsumer<P, L>;

interface ConsumerTraits {
  /** `<module>.<what_it_does>`; stays for ever, because consumed events are remembered under it. */
  readonly name: string;
  /** Waits so long after the commit, to let a burst settle. */
  readonly delayMs?: number;
  /** Smaller runs first. */
  readonly priority?: number;
  /** `fast` when a person waits for the effect: no job of another lane can hold it up. */
  readonly lane?: JobLane;
  /** 12 when left out: about 16 hours until the job is parked. */
  readonly attemptsMax?: number;
}

interface ApplyingConsumer<P, L> extends ConsumerTraits {
  readonly events: readonly EventDefinition<P>[];
  /** Outside any transaction: call WeCom here. May run more than once for one event. */
  load?(event: StoredEvent<P>): Promise<L>;
  /**
   * Inside a unit of work of the event's corp, together with the mark that this consumer has had the event. Without
   * `load` one unit of work may apply many events; it runs again when it is rolled back, so no effect outside the
   * database.
   */
  apply(event: StoredEvent<P>, loaded: L): Promise<void>;
}

/** For the hottest events: effect and mark are one message to the database instead of four. */
interface OneStatementConsumer<P, L> extends ConsumerTraits {
  readonly events: readonly EventDefinition<P>[];
  /** As above. */
  load(event: StoredEvent<P>): Promise<L>;
  /** Also when another run of the same event was faster: the statement itself says what it may still change. */
  effect(event: StoredEvent<P>, loaded: L): Effect | undefined;
}

/** Its parameters begin at $4: $1 is the corp, $2 and $3 belong to the mark. */
export interface Effect extends PreparedStatement {
  readonly params: readonly unknown[];
  readonly afterCommit?: () => void;
}

const defined = new Set<string>();

/** Declares an event. @throws when the same name and version is declared twice. */
export function defineEvent<P>(name: string, version: number): EventDefinition<P> {
  const definition: EventDefinition<P> = { name, version };
  const key = eventKey(definition);
  if (defined.has(key)) throw new Error(`event ${key} is declared twice`);
  defined.add(key);
  return definition;
}

export function eventKey(event: { name: string; version: number }): string {
  return `${event.name}@${event.version}`;
}
