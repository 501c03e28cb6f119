import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import type { EventDefinition, StoredEvent } from '../../../src/platform/events/event.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import type { TestHttp } from '../../support/http.js';
import { loadFor } from '../../support/mirror-world.js';

/** Gives events that were appended to their consumers when a test says so. */
export class TakenEvents {
  private readonly taken = new Map<string, Set<string>>();

  constructor(
    private readonly http: TestHttp,
    private readonly corpId: CorpId,
  ) {}

  async list<P>({ name }: EventDefinition<P>): Promise<StoredEvent<P>[]> {
    await this.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [this.corpId]);
    return this.http.sql<StoredEvent<P>>(
      `SELECT id, corp_id AS "corpId", name, version, at, payload FROM platform.events
        WHERE corp_id = $1 AND name = $2 ORDER BY id`,
      [this.corpId, name],
    );
  }

  /** What consumers of this name have not had yet, each in a transaction of its own. @returns how many. */
  async take(consumer: string, definition: EventDefinition<unknown>): Promise<number> {
    const seen = this.taken.get(consumer) ?? new Set<string>();
    this.taken.set(consumer, seen);
    const fresh = (await this.list(definition)).filter(({ id }) => !seen.has(id));
    const registered = this.http.get(EventConsumers).get(consumer);
    for (const event of fresh) {
      seen.add(event.id);
      await (
        await loadFor(registered.consumer, event, this.http.get(UnitOfWork))
      )();
    }
    return fresh.length;
  }
}
