import { Injectable } from '@nestjs/common';
import type { FieldDefinition, FieldValue } from '../domain/field-definition.js';
import { parseFieldValue, type ValueProblem } from '../domain/field-value.js';
import { filterColumns, itemsOf, uniqueText } from '../domain/filter-columns.js';
import { planWrites, type SaidValue, type WriteOutcome, type WritePlan } from '../domain/plan-writes.js';
import type { WritingSource } from '../domain/survivorship.js';
import { type LockedProfiles, ProfileLocks } from '../persistence/profile-locks.js';
import { ValueStore } from '../persistence/value-store.js';
import { type Catalogue, FieldCatalogue } from '../queries/field-catalogue.js';
import { AnnounceChanges } from './announce-changes.js';
import { UniqueValues, type WantedText } from './unique-values.js';

export interface FieldChange {
  readonly customerId: string;
  /** Key of a field. */
  readonly field: string;
  /** JSON as the API takes it; null: the source takes back what it said. */
  readonly value: unknown;
  /** When the source saw it so; absent: now. A time to come counts as now. */
  readonly observedAt?: Date;
}

export interface FieldOrigin {
  readonly source: WritingSource;
  /** Of 100, default 100. */
  readonly confidence?: number;
  /** Who acts, for `why`: the owner of a key, the name of an import. Nothing personal. */
  readonly by: string;
}

/** `older`: the source has said something newer already. */
export type FieldResult =
  | { readonly ok: true; readonly outcome: WriteOutcome }
  | { readonly ok: false; readonly problem: ValueProblem };

interface Checked {
  readonly change: FieldChange;
  readonly field: FieldDefinition;
  readonly value: FieldValue | null;
}

const CONFIDENCE_SURE = 100;

/**
 * The only way into own fields, for one customer or a thousand, in a handful of statements. What is wrong is left out and
 * named; the rest is written. Inside an open unit of work.
 */
@Injectable()
export class WriteFields {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly unique: UniqueValues,
    private readonly locks: ProfileLocks,
    private readonly values: ValueStore,
    private readonly changes: AnnounceChanges,
  ) {}

  /** @returns one result for each change, in their order. At most 1,000 customers a call. */
  async write(changes: readonly FieldChange[], from: FieldOrigin): Promise<FieldResult[]> {
    if (changes.length === 0) return [];
    const catalogue = await this.catalogue.read();
    const checked = await this.checked(changes, catalogue);
    const customerIds = new Set(checked.flatMap((one) => ('field' in one ? [one.change.customerId] : [])));
    const locked = await this.locks.lock([...customerIds], 1);
    const fitting: Checked[] = [];
    const problems = checked.map((one): ValueProblem | undefined => {
      if (!('field' in one)) return one;
      const { customerId } = one.change;
      if (!locked.made.has(customerId) && !locked.known.has(customerId)) return { code: 'gone' };
      fitting.push(one);
      return undefined;
    });
    const outcomes = await this.store(fitting, locked, from, catalogue);
    let next = 0;
    return problems.map((problem) =>
      problem ? { ok: false, problem } : { ok: true, outcome: outcomes[next++] ?? 'unchanged' },
    );
  }

  /** What `write` would refuse, and nothing is written: for a dry run, or before a customer is made. */
  async check(changes: readonly FieldChange[]): Promise<(ValueProblem | undefined)[]> {
    if (changes.length === 0) return [];
    const checked = await this.checked(changes, await this.catalogue.read());
    return checked.map((one) => ('field' in one ? undefined : one));
  }

  private async checked(
    changes: readonly FieldChange[],
    catalogue: Catalogue,
  ): Promise<(Checked | ValueProblem)[]> {
    const fields = new Map(catalogue.fields.map((field) => [field.key, field]));
    const checked = changes.map((change) => checkChange(change, fields.get(change.field)));
    await this.refuseTaken(checked);
    return checked;
  }

  /** Puts the problem in the place of a value that somebody else holds. */
  private async refuseTaken(checked: (Checked | ValueProblem)[]): Promise<void> {
    const places = new Map<WantedText, number>();
    for (const [index, one] of checked.entries()) {
      if (!('field' in one)) continue;
      const text = uniqueText(one.field, one.value);
      if (text !== null) places.set({ customerId: one.change.customerId, field: one.field.key, text }, index);
    }
    for (const taken of await this.unique.findTaken([...places.keys()])) {
      checked[places.get(taken) ?? -1] = { code: 'not_unique' };
    }
  }

  private async store(
    fitting: readonly Checked[],
    { made, known }: LockedProfiles,
    from: FieldOrigin,
    { rules, readAtMs }: Catalogue,
  ): Promise<readonly WriteOutcome[]> {
    if (fitting.length === 0) return [];
    const fields = new Map(fitting.map(({ field }) => [field.key, field]));
    const stored = known.size > 0 ? await this.values.list([...known.keys()], [...fields.keys()]) : [];
    const said = fitting.map((one) => saidBy(one, readAtMs));
    const speaker = { source: from.source, confidence: from.confidence ?? CONFIDENCE_SURE };
    const plan = planWrites(stored, said, speaker, { nowMs: readAtMs, rules });
    await this.apply(plan, fields, { by: from.by, atMs: readAtMs, isNew: known.size === 0 });
    const changed = new Set(plan.rows.map(({ customerId }) => customerId));
    await this.locks.countChange([...changed].filter((id) => !made.has(id)));
    await this.changes.announce(plan.shown);
    return plan.outcomes;
  }

  private async apply(
    plan: WritePlan,
    fields: ReadonlyMap<string, FieldDefinition>,
    { by, atMs, isNew }: { by: string; atMs: number; isNew: boolean },
  ): Promise<void> {
    await this.values.remember(plan.replaced, by, atMs);
    const rows = plan.rows.map((row) => {
      const field = definitionOf(fields, row.field);
      return { ...row, ...filterColumns(field.type, row.value), unique: uniqueText(field, row.value) };
    });
    await this.values.save(rows, by, atMs, isNew);
    await this.values.turn(plan.turned);
    const shown = plan.shown.filter(({ field }) => hasItems(definitionOf(fields, field)));
    await this.values.saveItems(
      shown.map(({ customerId, field, after }) => ({
        customerId,
        field,
        items: itemsOf(definitionOf(fields, field).type, after),
      })),
      shown.every(({ before }) => before === null),
    );
  }
}

function checkChange(change: FieldChange, field: FieldDefinition | undefined): Checked | ValueProblem {
  if (!field || field.archived) return { code: 'unknown' };
  if (field.readOnly) return { code: 'read_only' };
  if (change.value === null) return field.required ? { code: 'required' } : { change, field, value: null };
  const parsed = parseFieldValue(field, change.value);
  return parsed.ok ? { change, field, value: parsed.value } : parsed.problem;
}

function saidBy({ change, field, value }: Checked, nowMs: number): SaidValue {
  const { customerId, observedAt } = change;
  const observedAtMs = observedAt && Math.min(observedAt.getTime(), nowMs);
  return { customerId, field: field.key, value, ...(observedAtMs !== undefined && { observedAtMs }) };
}

function hasItems({ type }: FieldDefinition): boolean {
  return type === 'choices' || type === 'multi_level';
}

/** What was checked against a definition has one. */
function definitionOf(fields: ReadonlyMap<string, FieldDefinition>, key: string): FieldDefinition {
  const field = fields.get(key);
  if (!field) throw new Error(`field ${key} was not checked`);
  return field;
}
