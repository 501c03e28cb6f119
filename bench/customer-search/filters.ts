import type { CustomerFilter } from '../../src/modules/customers/search/domain/customer-filter.js';

/** What people ask of a million customers. */
export interface BenchFilter {
  readonly name: string;
  readonly filter: CustomerFilter;
  /** The same by hand, along the best index: rows of one table, and the column with the customer's id. */
  readonly rows: string;
  readonly id: string;
}

export interface BenchWords {
  /** A name of three letters that many have, and its pinyin initials. */
  readonly name: string;
  readonly initials: string;
  /** Of one customer, and its blind index. */
  readonly phone: string;
  readonly phoneHash: string;
}

const since = (day: string) => new Date(`${day}T00:00:00Z`);
const grams = (where: string) => ({
  rows: `customers.name_grams g WHERE g.corp_id = $1 AND ${where}`,
  id: 'g.customer_id',
});
const tags = (where: string) => ({
  rows: `customers.relation_tags t WHERE t.corp_id = $1 AND ${where}`,
  id: 't.customer_id',
});
const relations = (where: string) => ({
  rows: `customers.follow_relations r WHERE r.corp_id = $1 AND ${where}`,
  id: 'r.customer_id',
});

/** The ten filters of the benchmark. */
export function benchFilters({ name, initials, phone, phoneHash }: BenchWords): BenchFilter[] {
  const letter = name.slice(2);
  return [
    { name: 'one letter of a name', filter: { names: [letter] }, ...grams(`g.gram = '${letter}'`) },
    { name: 'initials', filter: { names: [initials] }, ...grams(`g.gram = '${initials}'`) },
    {
      name: 'a whole name',
      filter: { names: [name] },
      ...grams(`g.gram = '${name.slice(1)}' AND EXISTS (SELECT FROM customers.search_names n
        WHERE n.corp_id = $1 AND n.customer_id = g.customer_id AND position('${name}' IN n.names) > 0)`),
    },
    {
      name: 'a phone number',
      filter: { phones: [phone] },
      rows: `customers.identifiers i WHERE i.corp_id = $1 AND i.value_hash = '${phoneHash}'`,
      id: 'i.customer_id',
    },
    { name: 'a tag', filter: { anyTags: ['tag7'] }, ...tags(`t.tag = 'tag7'`) },
    {
      name: 'two tags at once',
      filter: { allTags: ['tag7', 'tag18'] },
      ...tags(`t.tag = 'tag7' AND EXISTS (SELECT FROM customers.relation_tags u
        WHERE u.corp_id = $1 AND u.tag = 'tag18' AND u.customer_id = t.customer_id)`),
    },
    {
      name: 'active with a staff',
      filter: { relation: { staffUserIds: ['staff.7'], relationState: 'active' } },
      ...relations(`r.staff_key = 'staff.7' AND r.ended_at IS NULL`),
    },
    {
      name: 'a way and a channel',
      filter: { relation: { addWays: [3], states: ['expo'] } },
      ...relations(`r.add_way = 3 AND r.state = 'expo'`),
    },
    {
      name: 'created in some days',
      filter: { createdFrom: since('2026-01-02'), createdTo: since('2026-01-12') },
      rows: `customers.customers o WHERE o.corp_id = $1 AND o.created_at >= '2026-01-02T00:00:00Z'
        AND o.created_at < '2026-01-12T00:00:00Z'`,
      id: 'o.id',
    },
    {
      name: 'a life stage and a tag',
      filter: { anyTags: ['tag18'], fields: [{ key: 'life_stage', anyOf: ['active'] }] },
      ...tags(`t.tag = 'tag18' AND EXISTS (SELECT FROM customers.field_values v WHERE v.corp_id = $1
        AND v.field_key = 'life_stage' AND v.text_value = 'active' AND v.wins AND v.customer_id = t.customer_id)`),
    },
  ];
}
