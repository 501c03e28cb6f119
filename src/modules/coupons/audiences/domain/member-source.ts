import type { Audience } from './audience.js';

/** One column `id`; `$1` is the corp. */
export interface MembersStatement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/**
 * Where the customers of an audience come from that was not sent as a list. All that joins later, such as a segment, has to
 * tell them by one statement: one moment decides who they are, and they never leave the database.
 */
export abstract class MemberSource {
  /** Inside an open unit of work. @throws for what cannot be asked; so an audience is checked when it is made. */
  abstract statement(audience: Pick<Audience, 'source' | 'filter'>): Promise<MembersStatement>;
}
