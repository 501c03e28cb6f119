import { Injectable } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import type { StoredEvent } from '../../../../platform/events/event.js';
import { type BehaviourEvent, CustomersFacade } from '../../../customers/index.js';
import type { RelationStarted } from '../../../customers/customers.events.js';
import type { CheckedIn } from '../../loyalty.events.js';
import type { Occurrence } from '../domain/occurrence.js';
import { CHECKED_IN, RELATION_STARTED } from '../domain/triggers.js';

/** Who was first stored within this time before he was added is new: the read of a contact may store him first. */
const NEW_WITHIN_MS = 600_000;

/** What events of all kinds look like to rules. Inside an open unit of work. */
@Injectable()
export class Occurrences {
  constructor(private readonly customers: CustomersFacade) {}

  ofBehaviour({ id, revision, type, customerId, at, source, data }: BehaviourEvent): Occurrence {
    return { id, revision, trigger: type, customerId, at, source, data };
  }

  async ofRelation({ id, at: noticedAt, payload }: StoredEvent<RelationStarted>): Promise<Occurrence[]> {
    const { customerId, staffUserId, addWay, state, startedAt } = payload;
    const standing = (await this.customers.standingOf([customerId])).get(customerId);
    if (!standing) return [];
    const at = startedAt === undefined ? noticedAt : new Date(startedAt);
    const isNew = standing.createdAt.getTime() >= at.getTime() - NEW_WITHIN_MS;
    const data = { customerId: toPublicId('cus', customerId), isNew, staffUserId, addWay };
    return [
      {
        ...once(id, RELATION_STARTED, customerId, at),
        data: state === undefined ? data : { ...data, state },
      },
    ];
  }

  ofCheckIn({ id, at, payload }: StoredEvent<CheckedIn>): Occurrence {
    const { programId, customerId, day, streak } = payload;
    return { ...once(id, CHECKED_IN, customerId, at), programId, data: { day, streak } };
  }
}

function once(id: string, trigger: string, customerId: string, at: Date): Omit<Occurrence, 'data'> {
  return { id, revision: 1, trigger, customerId, at, source: trigger };
}
