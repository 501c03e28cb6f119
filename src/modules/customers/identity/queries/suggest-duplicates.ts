import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { gramsToFind, normaliseName } from '../../search/domain/name-grams.js';
import { identityErrors } from '../identity.errors.js';
import { Persons } from './persons.js';

/** What they agree in beside the name. */
export const AGREEMENTS = ['phone_tail', 'email'] as const;
export type Agreement = (typeof AGREEMENTS)[number];

export interface SuggestedDuplicate {
  readonly customerId: string;
  readonly agreements: readonly Agreement[];
}

export const SUGGESTIONS_MAX = 50;
/** Of one name; a very common one is looked at that far. */
const NAMESAKES_MAX = 2_000;
const NAME_LENGTH_MIN = 2;

/**
 * Customers who may be this person, too: the same name, and the same last digits of a phone or the same masked e-mail:
 * only what everybody may see. Too little to link anybody (shops hand out phones masked), enough to ask a human.
 */
@Injectable()
export class SuggestDuplicates {
  constructor(
    private readonly database: Database,
    private readonly persons: Persons,
  ) {}

  /** @throws customers.person_not_found */
  async of(customerId: string): Promise<SuggestedDuplicate[]> {
    const { corpId } = this.database;
    const known = await this.database.maybeOne(
      `SELECT 1 AS one FROM customers.customers WHERE corp_id = $1 AND id = $2`,
      [corpId, customerId],
    );
    if (!known) throw identityErrors.person_not_found();
    const person = await this.persons.customersOf(customerId);
    const given = await this.database.query<{ name: string }>(NAMES, [corpId, person]);
    const names = [...new Set(given.map(({ name }) => normaliseName(name)))];
    const namesakes = new Set<string>();
    for (const name of names.filter((one) => [...one].length >= NAME_LENGTH_MIN)) {
      const grams = gramsToFind(name);
      const rows = await this.database.query<{ id: string }>(NAMESAKES, [
        corpId,
        grams,
        grams.length,
        name,
        given.map((one) => one.name),
      ]);
      for (const { id } of rows) namesakes.add(id);
    }
    return this.database.query<SuggestedDuplicate>(AGREEING, [
      corpId,
      person,
      [...namesakes].filter((id) => !person.includes(id)),
    ]);
  }
}

const NAMES = `
  SELECT name FROM customers.customers WHERE corp_id = $1 AND id = ANY($2::uuid[]) AND name IS NOT NULL
  UNION
  SELECT remark FROM customers.follow_relations WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND remark <> ''
  UNION
  SELECT text_value FROM customers.field_values
   WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND field_key = 'name' AND wins AND text_value IS NOT NULL`;

/** Along the primary key of name_grams, and along field_values_text_idx for names that other systems told. */
const NAMESAKES = `
  (SELECT g.customer_id AS id FROM customers.name_grams g
     JOIN customers.search_names s ON s.corp_id = g.corp_id AND s.customer_id = g.customer_id
    WHERE g.corp_id = $1 AND g.gram = ANY($2::text[]) AND $4 = ANY(string_to_array(s.names, E'\\n'))
    GROUP BY g.customer_id HAVING count(*) = $3 LIMIT ${NAMESAKES_MAX})
  UNION
  (SELECT v.customer_id FROM customers.field_values v
    WHERE v.corp_id = $1 AND v.field_key = 'name' AND v.text_value = ANY($5::text[]) AND v.wins
    LIMIT ${NAMESAKES_MAX})`;

/** Signs of a person that a mask leaves to be seen. A pair that a human keeps apart is not suggested again. */
const signsOf = (customers: string): string => `
  SELECT i.customer_id, 'phone_tail' AS sign, right(i.value_masked, 4) AS value FROM customers.identifiers i
   WHERE i.corp_id = $1 AND i.customer_id = ANY(${customers}::uuid[]) AND i.kind = 'phone' AND NOT i.placeholder
  UNION
  SELECT i.customer_id, 'email', i.value_masked FROM customers.identifiers i
   WHERE i.corp_id = $1 AND i.customer_id = ANY(${customers}::uuid[]) AND i.kind = 'email'`;

const AGREEING = `
  WITH own AS (${signsOf('$2')}), others AS (${signsOf('$3')})
  SELECT o.customer_id AS "customerId", array_agg(DISTINCT o.sign ORDER BY o.sign) AS agreements
    FROM others o
   WHERE (o.sign, o.value) IN (SELECT own.sign, own.value FROM own)
     AND NOT EXISTS (SELECT FROM customers.person_decisions d
                      WHERE d.corp_id = $1 AND NOT d.together
                        AND (d.customer_a = o.customer_id AND d.customer_b = ANY($2::uuid[])
                          OR d.customer_b = o.customer_id AND d.customer_a = ANY($2::uuid[])))
   GROUP BY o.customer_id ORDER BY count(DISTINCT o.sign) DESC, o.customer_id LIMIT ${SUGGESTIONS_MAX}`;
