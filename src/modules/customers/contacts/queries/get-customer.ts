import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CorpTags } from '../../../segments/index.js';
import { StaffDirectory } from '../../../staff/index.js';
import { customersErrors } from '../../customers.errors.js';
import type { RelationTagKind } from '../domain/relation-tag.js';
import type { RemarkWriteState } from '../domain/remark-write.js';
import { CUSTOMER_COLUMNS, type ListedCustomer } from './list-customers.js';
import { type ShownTag, shownTag } from './shown-tag.js';

/** Nobody has so many followers (WeCom pages them by 500); the active ones come first. */
export const RELATIONS_SHOWN_MAX = 1000;

interface StoredTag {
  readonly kind: RelationTagKind;
  readonly tag: string;
  readonly name: string | null;
}

/** As RELATIONS_SHOWN gives it. */
export interface StoredRelation extends Omit<ShownRelation, 'staffName' | 'tags'> {
  readonly tags: readonly StoredTag[];
}

/** The newest wish for the remark. Times as PostgreSQL writes them into JSON. */
export interface ShownRemarkWrite {
  readonly state: RemarkWriteState;
  readonly requestedAt: string;
  readonly settledAt: string | null;
  readonly errcode: number | null;
  readonly problem: string | null;
}

export interface ShownRelation {
  readonly id: string;
  readonly staffUserId: string;
  readonly staffName: string | null;
  readonly remark: string | null;
  readonly description: string | null;
  /** Times as PostgreSQL writes them into JSON. */
  readonly followedAt: string | null;
  readonly addWay: number | null;
  readonly state: string | null;
  readonly operatorId: string | null;
  readonly remarkCorpName: string | null;
  readonly deletedByStaffAt: string | null;
  readonly deletedByCustomerAt: string | null;
  readonly disappearedAt: string | null;
  readonly endedAt: string | null;
  readonly fetchedAt: string;
  readonly tags: readonly ShownTag[];
  readonly phones: readonly string[];
  readonly write: ShownRemarkWrite | null;
}

export type ShownCustomer = Omit<ListedCustomer, 'sortedAt'> & {
  readonly relations: readonly ShownRelation[];
};

type StoredCustomer = Omit<ListedCustomer, 'sortedAt'> & { readonly relations: readonly StoredRelation[] };

/**
 * The relations of customer c as JSON. Along the unique key (corp_id, customer_id, staff_key), the primary key of the tags
 * and relation_phones_relation_idx. Until WeCom has what was wished here, the wish is shown.
 */
export const RELATIONS_SHOWN = `coalesce((
    SELECT json_agg(shown) FROM (
      SELECT r.id, r.staff_user_id AS "staffUserId", coalesce(w.remark, r.remark) AS remark,
             coalesce(w.description, r.description) AS description, r.followed_at AS "followedAt",
             r.add_way AS "addWay", r.state, r.operator_id AS "operatorId",
             coalesce(w.remark_corp_name, r.remark_corp_name) AS "remarkCorpName",
             r.deleted_by_staff_at AS "deletedByStaffAt", r.deleted_by_customer_at AS "deletedByCustomerAt",
             r.disappeared_at AS "disappearedAt", r.ended_at AS "endedAt", r.fetched_at AS "fetchedAt",
             coalesce((
               SELECT json_agg(json_build_object('kind', t.kind, 'tag', t.tag, 'name', t.name) ORDER BY t.kind, t.tag)
                 FROM customers.relation_tags t
                WHERE t.corp_id = r.corp_id AND t.relation_id = r.id), '[]') AS tags,
             coalesce(w.phones_masked, ARRAY(SELECT p.number_masked FROM customers.relation_phones p
                    WHERE p.corp_id = r.corp_id AND p.relation_id = r.id ORDER BY p.id)) AS phones,
             (SELECT json_build_object('state', l.state, 'requestedAt', l.requested_at, 'settledAt', l.settled_at,
                       'errcode', l.errcode, 'problem', l.problem)
                FROM customers.remark_writes l
               WHERE l.corp_id = r.corp_id AND l.relation_id = r.id) AS write
        FROM customers.follow_relations r
        LEFT JOIN customers.remark_writes w
          ON w.corp_id = r.corp_id AND w.relation_id = r.id AND w.settled_at IS NULL
       WHERE r.corp_id = c.corp_id AND r.customer_id = c.id
       ORDER BY r.ended_at DESC NULLS FIRST, r.id LIMIT ${RELATIONS_SHOWN_MAX}) shown), '[]')`;

/** One statement: each further one would cost this process as much as the whole rest of the request. */
const ONE_CUSTOMER = {
  name: 'customers.get',
  text: `
  SELECT ${CUSTOMER_COLUMNS}, ${RELATIONS_SHOWN} AS relations
    FROM customers.customers c WHERE c.corp_id = $1 AND c.id = $2`,
};

/** One customer with all relations, their tags under today's names, and numbers masked. */
@Injectable()
export class GetCustomer {
  constructor(
    private readonly database: Database,
    private readonly corpTags: CorpTags,
    private readonly staff: StaffDirectory,
  ) {}

  /** @throws customers.not_found */
  async get(id: string): Promise<ShownCustomer> {
    const customer = await this.database.maybeOne<StoredCustomer>(ONE_CUSTOMER, [this.database.corpId, id]);
    if (!customer) throw customersErrors.not_found();
    return { ...customer, relations: await this.named(customer.relations) };
  }

  /** With names that other modules know; at most two statements. */
  async named(relations: readonly StoredRelation[]): Promise<ShownRelation[]> {
    const staffNames = await this.staff.namesOf(relations.map((relation) => relation.staffUserId));
    const tags = relations.flatMap((relation) => relation.tags).filter(({ kind }) => kind !== 'personal');
    const tagNames = await this.corpTags.namesOf(tags.map(({ tag }) => tag));
    return relations.map((relation) => ({
      ...relation,
      staffName: staffNames.get(relation.staffUserId) ?? null,
      tags: relation.tags.map((tag) => shownTag(tag, tagNames.get(tag.tag))),
    }));
  }
}
