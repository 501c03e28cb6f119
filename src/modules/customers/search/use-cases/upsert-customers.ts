import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { CustomerStore } from '../../contacts/persistence/customer-store.js';
import { type GivenIdentifier, identifierText, parseIdentifier } from '../../identity/domain/identifier.js';
import { IdentifierLimit } from '../../identity/queries/identifier-limit.js';
import { Identifiers } from '../../identity/use-cases/identifiers.js';
import { type FieldChange, WriteFields } from '../../profiles/use-cases/write-fields.js';
import {
  FIELDS_MAX,
  type FieldRefusal,
  type UpsertItem,
  type UpsertOrigin,
  type UpsertOutcome,
  type UpsertRefusal,
} from '../domain/upsert.js';
import { searchErrors } from '../search.errors.js';
import { Holders } from './holders.js';

/** An item on its way. */
interface Draft {
  readonly item: UpsertItem;
  /** Of one item and all others with the same first identifier. */
  readonly key: string;
  readonly all: readonly GivenIdentifier[];
  /** Of a new customer, until it is made, an id that nobody has. */
  customerId: string;
  /** Identifiers that the customer does not hold, as texts. */
  missing: readonly string[];
  refusal?: UpsertRefusal;
  fields: readonly FieldRefusal[];
  isNew: boolean;
  isChanged: boolean;
}

/**
 * Takes in what other systems know. An item is written whole or not at all, and says what became of it. Inside an open unit
 * of work.
 */
@Injectable()
export class UpsertCustomers {
  constructor(
    private readonly holders: Holders,
    private readonly customers: CustomerStore,
    private readonly identifiers: Identifiers,
    private readonly limit: IdentifierLimit,
    private readonly fields: WriteFields,
    private readonly ids: Ids,
  ) {}

  /**
   * @returns one outcome for each item, in their order. At most 1,000 a call; later items win over earlier ones.
   * @throws customers.upsert_overtaken, customers.customer_erased, with nothing written
   */
  async upsert(items: readonly UpsertItem[], origin: UpsertOrigin): Promise<UpsertOutcome[]> {
    const drafts = items.map((item) => this.draftOf(item));
    await this.find(drafts.filter(isOpen));
    await this.refuseTooMany(drafts.filter(isOpen));
    await this.refuseFields(drafts.filter(isOpen));
    const open = drafts.filter(isOpen);
    const made = await this.make(open);
    await this.identify(open, origin);
    await this.write(open, origin);
    return drafts.map((draft) => outcomeOf(draft, made));
  }

  private draftOf(item: UpsertItem): Draft {
    const all = [item.identifier, ...(item.identifiers ?? [])];
    const [first, ...others] = all.map(parseIdentifier);
    const isValid = first !== undefined && !others.includes(undefined);
    return {
      item,
      all,
      key: first ? identifierText(first) : '',
      customerId: '',
      missing: [],
      ...refusedAtOnce(item, isValid),
      fields: [],
      isNew: false,
      isChanged: false,
    };
  }

  private async find(drafts: readonly Draft[]): Promise<void> {
    const found = await this.holders.find(drafts.map(({ all }) => all));
    const fresh = new Map<string, string>();
    for (const [index, draft] of drafts.entries()) {
      const { customerId, isAmbiguous, isKnown, missing = [] } = found[index] ?? {};
      draft.missing = missing.map((place) => textOf(draft.all[place]));
      if (isAmbiguous) draft.refusal = 'upsert_ambiguous';
      else if (customerId !== undefined) Object.assign(draft, { customerId, isChanged: !isKnown });
      else if (draft.item.identifier.kind === 'external_userid') draft.refusal = 'upsert_unknown_contact';
      else {
        draft.isNew = true;
        draft.isChanged = draft.all.length > 1; // of a later item of the same customer: counts as news
        draft.customerId = fresh.get(draft.key) ?? this.ids.next();
        fresh.set(draft.key, draft.customerId);
      }
    }
  }

  private async refuseTooMany(drafts: readonly Draft[]): Promise<void> {
    const adding = new Map<string, Set<string>>();
    for (const { customerId, missing } of drafts)
      adding.set(customerId, new Set([...(adding.get(customerId) ?? []), ...missing]));
    const exceeded = await this.limit.exceededBy(new Map([...adding].map(([id, texts]) => [id, texts.size])));
    for (const draft of drafts)
      if (draft.missing.length > 0 && exceeded.has(draft.customerId)) draft.refusal = 'identifiers_too_many';
  }

  /** Before anything is written: what is refused leaves no customer behind. */
  private async refuseFields(drafts: readonly Draft[]): Promise<void> {
    const changes = drafts.flatMap((draft) => changesOf(draft).map((change) => ({ draft, change })));
    const problems = await this.fields.check(changes.map(({ change }) => change));
    for (const [index, { draft, change }] of changes.entries()) {
      const problem = problems[index];
      if (!problem) continue;
      draft.refusal = 'upsert_field_refused';
      draft.fields = [...draft.fields, { field: change.field, code: problem.code }];
    }
  }

  /** @returns the first item of each new customer. */
  private async make(open: readonly Draft[]): Promise<Set<Draft>> {
    const fresh = open.filter(({ isNew }) => isNew);
    const firsts = new Map(fresh.toReversed().map((draft) => [draft.customerId, draft]));
    const ids = firsts.size === 0 ? [] : await this.customers.addOfOtherSystems(firsts.size);
    const made = new Map([...firsts.keys()].map((placeholder, index) => [placeholder, ids[index] ?? '']));
    for (const draft of fresh) draft.customerId = made.get(draft.customerId) ?? '';
    return new Set(firsts.values());
  }

  private async identify(open: readonly Draft[], { source }: UpsertOrigin): Promise<void> {
    const added = open
      .filter(({ isNew, isChanged }) => isNew || isChanged)
      .flatMap(({ customerId, all }) => all.map((identifier) => ({ ...identifier, customerId })));
    const unique = new Map(added.map((one) => [JSON.stringify([one.customerId, parseIdentifier(one)]), one]));
    await this.identifiers.add([...unique.values()], source);
  }

  private async write(open: readonly Draft[], origin: UpsertOrigin): Promise<void> {
    const changes = open.flatMap((draft) => changesOf(draft).map((change) => ({ draft, change })));
    const results = await this.fields.write(
      changes.map(({ change }) => change),
      origin,
    );
    for (const [index, { draft, change }] of changes.entries()) {
      const result = results[index];
      if (!result?.ok) throw searchErrors.upsert_overtaken({ field: change.field });
      draft.isChanged ||= result.outcome === 'written';
    }
  }
}

function refusedAtOnce({ fields = {} }: UpsertItem, isValid: boolean): Pick<Draft, 'refusal'> {
  if (!isValid) return { refusal: 'identifier_invalid' };
  return Object.keys(fields).length > FIELDS_MAX ? { refusal: 'upsert_field_refused' } : {};
}

function textOf(given: GivenIdentifier | undefined): string {
  const identifier = given && parseIdentifier(given);
  return identifier ? identifierText(identifier) : '';
}

function isOpen({ refusal }: Draft): boolean {
  return refusal === undefined;
}

function changesOf({ item: { fields = {}, observedAt }, customerId }: Draft): FieldChange[] {
  return Object.entries(fields).map(([field, value]) => ({
    customerId,
    field,
    value,
    ...(observedAt && { observedAt }),
  }));
}

function outcomeOf(draft: Draft, made: ReadonlySet<Draft>): UpsertOutcome {
  const { refusal, fields, customerId, isChanged } = draft;
  if (refusal) return { result: 'refused', refusal, fields };
  if (made.has(draft)) return { result: 'created', customerId };
  return { result: isChanged ? 'updated' : 'unchanged', customerId };
}
