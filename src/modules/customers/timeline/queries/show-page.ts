import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import {
  GetCustomer,
  RELATIONS_SHOWN,
  type ShownCustomer,
  type ShownRelation,
  type StoredRelation,
} from '../../contacts/queries/get-customer.js';
import { CUSTOMER_COLUMNS } from '../../contacts/queries/list-customers.js';
import { customersErrors } from '../../customers.errors.js';
import { type GoldenField, goldenRecord, type ToldValue } from '../../profiles/domain/golden-record.js';
import { VALUES_OF } from '../../profiles/persistence/value-store.js';
import { CATALOGUE, catalogueOf, type StoredCatalogue } from '../../profiles/queries/field-catalogue.js';
import { FACTS, type Facts, toldByMirror } from '../../profiles/queries/mirror-facts.js';
import { OpenCoupons } from '../use-cases/open-coupons.js';
import { type ListedEntry, newestSql } from './read-timeline.js';

export const PAGE_ENTRIES = 50;

/** What other modules announce of one customer, with the coupons that he has. */
export interface ShownAnnouncement {
  readonly customerId: string;
  readonly level: string | null;
  readonly pointsBalance: number | null;
  readonly openCoupons: number;
}

type Announced = Omit<ShownAnnouncement, 'openCoupons'>;

/** Everything that is known of the person of a customer, to be shown at once. */
export interface ShownPage {
  /** Of the person, sorted; the first is the person's id. */
  readonly customerIds: readonly string[];
  readonly customers: readonly ShownCustomer[];
  readonly fields: readonly GoldenField[];
  readonly announced: readonly ShownAnnouncement[];
  readonly entries: readonly ListedEntry[];
}

/** Times are texts, as PostgreSQL writes them into JSON. */
type StoredCustomer = Omit<ShownCustomer, 'relations' | Times> &
  Record<Times, string> & { readonly relations: readonly StoredRelation[] };
type Times = 'fetchedAt' | 'createdAt' | 'updatedAt';

/** What the statement below gives. */
export interface StoredPage {
  readonly customerIds: readonly string[];
  readonly customers: readonly StoredCustomer[];
  readonly facts: readonly Facts[];
  readonly told: readonly ToldValue[];
  readonly catalogue: StoredCatalogue;
  readonly announced: readonly Announced[];
  readonly entries: readonly ListedEntry[];
}

/** One statement for all that lies in this module, one for coupons, and at most two for names that others know. Inside an open unit of work. */
@Injectable()
export class ShowPage {
  constructor(
    private readonly database: Database,
    private readonly customers: GetCustomer,
    private readonly coupons: OpenCoupons,
  ) {}

  /** @throws customers.not_found */
  async show(customerId: string): Promise<ShownPage> {
    const page = await this.database.one<StoredPage>(PAGE, [this.database.corpId, customerId]);
    if (!page.customers.some(({ id }) => id === customerId)) throw customersErrors.not_found();
    const relations = await this.customers.named(page.customers.flatMap((customer) => customer.relations));
    return shownPage(page, relations, await this.coupons.of(page.customerIds));
  }
}

/**
 * @param relations those of all its customers in their order, with names.
 * @param coupons how many each of them has
 */
export function shownPage(
  page: StoredPage,
  relations: readonly ShownRelation[],
  coupons: ReadonlyMap<string, number>,
): ShownPage {
  const { customerIds, entries } = page;
  let shown = 0;
  const customers = page.customers.map((customer) => ({
    ...customer,
    fetchedAt: customer.fetchedAt === null ? null : new Date(customer.fetchedAt),
    createdAt: new Date(customer.createdAt),
    updatedAt: new Date(customer.updatedAt),
    relations: relations.slice(shown, (shown += customer.relations.length)),
  }));
  return { customerIds, customers, fields: goldenOf(page), announced: announcedOf(page, coupons), entries };
}

function announcedOf(
  { customerIds, announced }: StoredPage,
  coupons: ReadonlyMap<string, number>,
): ShownAnnouncement[] {
  const told = new Map(announced.map((one) => [one.customerId, one]));
  return customerIds.flatMap((customerId) => {
    const [one, openCoupons = 0] = [told.get(customerId), coupons.get(customerId)];
    if (!one && openCoupons === 0) return [];
    return { customerId, level: null, pointsBalance: null, ...one, openCoupons };
  });
}

function goldenOf({ catalogue, facts, told }: StoredPage): GoldenField[] {
  const { fields, rules } = catalogueOf(catalogue);
  return goldenRecord(fields, [...toldByMirror(facts).values(), told].flat(), rules);
}

const IDS = '(SELECT person.ids FROM person)';
/** A statement over the customers in $2, as a part of the page over those of the person. */
const ofPerson = ({ text }: { readonly text: string }): string =>
  text.replaceAll('$2::uuid[]', `${IDS}::uuid[]`);
const rowsOf = (sql: string): string => `(SELECT coalesce(json_agg(x), '[]') FROM (${sql}) x)`;

/**
 * Each part along its own index; who the person is comes first and is a constant for the others. Also what the benchmark
 * `profile-page` compares with.
 */
export const PAGE = {
  name: 'customers.page',
  text: `
  WITH person AS MATERIALIZED (
    SELECT ARRAY(SELECT $2::uuid UNION
                 SELECT o.customer_id FROM customers.person_links l
                   JOIN customers.person_links o ON o.corp_id = l.corp_id AND o.person_id = l.person_id
                  WHERE l.corp_id = $1 AND l.customer_id = $2 ORDER BY 1) AS ids)
  SELECT ${IDS} AS "customerIds",
         ${rowsOf(`SELECT ${CUSTOMER_COLUMNS}, ${RELATIONS_SHOWN} AS relations FROM customers.customers c
                    WHERE c.corp_id = $1 AND c.id = ANY(${IDS}::uuid[]) ORDER BY c.id`)} AS customers,
         ${rowsOf(ofPerson(FACTS))} AS facts,
         ${rowsOf(ofPerson(VALUES_OF))} AS told,
         (SELECT row_to_json(x) FROM (${CATALOGUE.text}) x) AS catalogue,
         ${rowsOf(`SELECT a.customer_id AS "customerId", a.level, a.points_balance AS "pointsBalance"
                     FROM customers.announced a
                    WHERE a.corp_id = $1 AND a.customer_id = ANY(${IDS}::uuid[]) ORDER BY a.customer_id`)} AS announced,
         ${rowsOf(newestSql(`${IDS}::uuid[]`, String(PAGE_ENTRIES)))} AS entries`,
};
