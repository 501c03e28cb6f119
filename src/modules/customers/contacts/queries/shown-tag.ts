import type { CorpTagName } from '../../../segments/index.js';
import type { RelationTagKind } from '../domain/relation-tag.js';

export interface ShownTag {
  readonly kind: RelationTagKind;
  /** Missing for personal tags. */
  readonly id: string | null;
  readonly name: string | null;
  /** Known for corp tags only. */
  readonly groupName: string | null;
}

/** A tag under the name that it has today, else under the one it was last seen with. */
export function shownTag(
  { kind, tag, name }: { readonly kind: RelationTagKind; readonly tag: string; readonly name: string | null },
  today: CorpTagName | undefined,
): ShownTag {
  if (kind === 'personal') return { kind, id: null, name: tag, groupName: null };
  return { kind, id: tag, name: today?.name ?? name, groupName: today?.groupName ?? null };
}
