import type { ItemProblem } from './customer-event.js';

/** What became of one item: its event, or why there is none. */
export type ItemOutcome =
  | {
      readonly status: 'recorded' | 'changed';
      /** Nothing happened now: this is what the first item with this body was answered. */
      readonly repeated: boolean;
      readonly id: string;
      /** 1 for the event as it came first. */
      readonly revision: number;
      readonly customerId: string;
    }
  | { readonly status: 'refused'; readonly problem: ItemProblem };

export function refused(problem: ItemProblem): ItemOutcome {
  return { status: 'refused', problem };
}

export function stored(
  { id, revision, customerId }: { id: string; revision: number; customerId: string },
  repeated: boolean,
): ItemOutcome {
  return { status: revision === 1 ? 'recorded' : 'changed', repeated, id, revision, customerId };
}
