import { Injectable } from '@nestjs/common';
import { CustomerStore } from '../../contacts/persistence/customer-store.js';
import { Identifiers, type NewIdentifier } from '../../identity/use-cases/identifiers.js';
import { type FieldChange, WriteFields } from '../../profiles/use-cases/write-fields.js';
import { findCustomers, type Plan, type PlannedRow } from '../domain/find-customers.js';
import type { Import } from '../domain/import.js';
import type { ReadRow, ReadValue } from '../domain/read-row.js';
import type { BrokenRow, RowProblem } from '../domain/row-problems.js';
import { DryKeyStore } from '../persistence/dry-key-store.js';
import { KnownCustomersReader } from '../queries/known-customers.js';

const SOURCE = 'import';

export interface Imported {
  readonly created: number;
  readonly updated: number;
  /** When there are any, nothing may stay written. */
  readonly broken: readonly BrokenRow[];
  /** Who holds what from now on: identifiers and unique values. Of a dry run only. */
  readonly held: ReadonlyMap<string, string>;
}

/** And where it stands. */
interface WantedValue {
  readonly change: FieldChange;
  readonly unique: boolean;
  readonly number: number;
  readonly column: string;
}

/** Rows that are valid by themselves become customers. Inside an open unit of work. */
@Injectable()
export class ImportRows {
  constructor(
    private readonly known: KnownCustomersReader,
    private readonly dryKeys: DryKeyStore,
    private readonly customers: CustomerStore,
    private readonly identifiers: Identifiers,
    private readonly fields: WriteFields,
  ) {}

  async import(job: Import, rows: readonly ReadRow[]): Promise<Imported> {
    const held = new Map<string, string>();
    const none = { created: 0, updated: 0, held };
    if (rows.length === 0) return { ...none, broken: [] };
    await this.identifiers.lock(rows.flatMap((row) => row.identifiers));
    const known = await this.known.read(rows, job.dryRun ? job.id : undefined);
    const plan = findCustomers(rows, known, job.mode ?? 'create_and_update');
    if (plan.broken.length > 0) return { ...none, broken: plan.broken };
    const taken = job.dryRun ? await this.takenBefore(job.id, plan.rows) : [];
    if (taken.length > 0) return { ...none, broken: taken };
    const ids = await this.makeCustomers(plan, known.virtual);
    const values = valuesOf(plan.rows, ids);
    // locks unique texts, which everybody locks before persons
    await this.fields.check(values.filter(({ unique }) => unique).map(({ change }) => change));
    await this.identifiers.add(identifiersOf(plan.rows, ids), SOURCE);
    const broken = await this.writeFields(job, values);
    const created = plan.rows.filter(({ creates }) => creates).length;
    if (job.dryRun) for (const row of plan.rows) hold(held, row, ids, known.virtual);
    return { created, updated: plan.rows.length - created, broken, held };
  }

  /** What a later step of the dry run must find, although this one is undone. */
  async remember(job: Import, { held }: Imported): Promise<void> {
    await this.dryKeys.remember(job.id, held);
  }

  /** Rows of a dry run whose unique values an earlier step gave to somebody else. */
  private async takenBefore(importId: string, rows: readonly PlannedRow[]): Promise<BrokenRow[]> {
    const holders = await this.dryKeys.find(
      importId,
      rows.flatMap(({ row }) => row.values.flatMap((value) => uniqueKeyOf(value) ?? [])),
    );
    return rows.flatMap(({ row, customer }) => {
      const taken = row.values.filter(
        (value) => (holders.get(uniqueKeyOf(value) ?? '') ?? customer) !== customer,
      );
      const problems = taken.map(({ column }): RowProblem => ({ column, code: 'not_unique' }));
      return problems.length > 0 ? [{ number: row.number, problems }] : [];
    });
  }

  /** @returns the id of each customer of the plan: of those that exist their own. */
  private async makeCustomers(
    { rows, newCount }: Plan,
    virtual: ReadonlySet<string>,
  ): Promise<Map<string, string>> {
    const wanted = [...new Set(rows.map(({ customer }) => customer))];
    const missing = wanted.filter((customer) => customer.startsWith('new ') || virtual.has(customer));
    const made = missing.length > 0 ? await this.customers.addOfOtherSystems(missing.length) : [];
    if (newCount > made.length) throw new Error('fewer customers were made than planned');
    const ids = new Map(wanted.map((customer) => [customer, customer]));
    for (const [index, customer] of missing.entries()) ids.set(customer, made[index] ?? '');
    return ids;
  }

  private async writeFields(job: Import, wanted: readonly WantedValue[]): Promise<BrokenRow[]> {
    const results = await this.fields.write(
      wanted.map(({ change }) => change),
      { source: SOURCE, by: job.owner },
    );
    const problems = new Map<number, RowProblem[]>();
    for (const [index, result] of results.entries()) {
      const at = wanted[index];
      if (result.ok || !at) continue;
      problems.set(at.number, [...(problems.get(at.number) ?? []), { column: at.column, ...result.problem }]);
    }
    return [...problems].map(([number, list]) => ({ number, problems: list }));
  }
}

/** Of a customer that stands in the rows twice the later value of a field counts. */
function valuesOf(rows: readonly PlannedRow[], ids: ReadonlyMap<string, string>): WantedValue[] {
  const values = new Map<string, WantedValue>();
  for (const { row, customer } of rows) {
    const customerId = ids.get(customer) ?? customer;
    for (const { field, value, column, unique } of row.values) {
      values.set(`${customerId} ${field}`, {
        change: { customerId, field, value },
        unique: unique !== null,
        number: row.number,
        column,
      });
    }
  }
  return [...values.values()];
}

function identifiersOf(rows: readonly PlannedRow[], ids: ReadonlyMap<string, string>): NewIdentifier[] {
  const items = new Map<string, NewIdentifier>();
  for (const { row, customer } of rows) {
    const customerId = ids.get(customer) ?? customer;
    for (const { kind, namespace, value, text } of row.identifiers) {
      items.set(`${customerId} ${text}`, { customerId, kind, value, ...(namespace !== '' && { namespace }) });
    }
  }
  return [...items.values()];
}

/** A customer that would be made is known by the id that it had before it was undone. */
function hold(
  held: Map<string, string>,
  { row, customer }: PlannedRow,
  ids: ReadonlyMap<string, string>,
  virtual: ReadonlySet<string>,
): void {
  const holder = virtual.has(customer) ? customer : (ids.get(customer) ?? customer);
  for (const { text } of row.identifiers) held.set(text, holder);
  for (const value of row.values) {
    const key = uniqueKeyOf(value);
    if (key !== undefined) held.set(key, holder);
  }
}

function uniqueKeyOf({ field, unique }: ReadValue): string | undefined {
  return unique === null ? undefined : `unique ${field} ${unique}`;
}
