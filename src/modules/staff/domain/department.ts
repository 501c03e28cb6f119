import type { Answer } from './staff.js';

export interface Department {
  /** WeCom's number; 1 is the root. */
  readonly departmentId: number;
  /** Null is unknown: the app may not see it. */
  readonly name: string | null;
  /** 0 above the root. */
  readonly parentId: number;
  /** Larger comes first. */
  readonly sortOrder: number;
  readonly leaderUserIds: readonly string[];
  readonly deletedAt: Date | null;
}

export interface DepartmentReading {
  readonly id: number;
  readonly name?: string;
  readonly parentId: number;
  readonly order: number;
  readonly leaderUserIds: readonly string[];
}

/**
 * What we hold after WeCom's answer about a department; undefined when there is still nothing to hold. One that is gone
 * and was never known is held: an older reading of it may still be on its way.
 */
export function mergeDepartment(
  stored: Department | undefined,
  departmentId: number,
  answer: Answer<DepartmentReading>,
  at: Date,
): Department | undefined {
  if (answer.outcome === 'hidden') return stored && { ...stored, deletedAt: null };
  if (answer.outcome === 'gone') {
    const deleted = stored ?? {
      departmentId,
      name: null,
      parentId: 0,
      sortOrder: 0,
      leaderUserIds: [],
      deletedAt: null,
    };
    return { ...deleted, deletedAt: deleted.deletedAt ?? at };
  }
  const read = answer.value;
  // Where only the assistant sees the department, name and leaders are withheld: what we knew of them stays.
  const withheld = read.name === undefined;
  return {
    departmentId: read.id,
    name: read.name ?? stored?.name ?? null,
    parentId: read.parentId,
    sortOrder: read.order,
    leaderUserIds: withheld ? (stored?.leaderUserIds ?? []) : [...read.leaderUserIds],
    deletedAt: null,
  };
}
