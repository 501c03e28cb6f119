/** What can be made to go wrong: with REST calls, and with callbacks. */

/**
 * Something that goes wrong with REST calls. With the same seed and the same calls in the same order it goes
 * wrong in the same places.
 */
export interface Fault {
  /** `/cgi-bin/...`; a trailing `*` makes it a prefix. Default: every endpoint. */
  path?: string;
  /** Share of the matching calls that are hit, 0 to 1. Default 1. */
  probability?: number;
  /** Hits after which it is over. Default: never. */
  times?: number;
  effect: FaultEffect;
  /** Default: made from the seed of the world and the number of the fault. */
  seed?: string;
}

export type FaultEffect =
  /** HTTP 200 with this code; the call does nothing. Counted by the limits like any call. */
  | { errcode: number }
  /** This HTTP status with a page of HTML, as a gateway before WeCom answers; the call does nothing. */
  | { status: number }
  /** The connection is reset without an answer; the call does nothing. */
  | { reset: true }
  /** The call works, but the connection ends after so many bytes of its body. 0: only the head arrives. */
  | { cutAfterBytes: number }
  /** The call works at once and its answer arrives this much later. */
  | { delayMs: number }
  /** The token of the call dies early: this call and all later ones with it answer 40014. */
  | { tokenDeath: true };

export interface FaultState {
  id: number;
  /** Calls it has hit so far. */
  hits: number;
  fault: Fault;
}

/** Probabilities lie between 0 (default) and 1. The same seed and events go the same ways. */
export interface CallbackFaults {
  /** Never sent. */
  drop?: number;
  /** Sent twice, each time in an envelope of its own. */
  duplicate?: number;
  /** Held until a later event of the same place has arrived, or for a second. */
  reorder?: number;
  /** Each waits a random time below this. */
  delayMs?: number;
  /** Default: the seed of the world. */
  seed?: string;
}

/** WeCom sends no events for this long; then they come late, all at once, or never. */
export interface CallbackOutage {
  /** By the clock of the sandbox. Default ten minutes; 0 ends one. */
  durationMs?: number;
  lose?: boolean;
}
