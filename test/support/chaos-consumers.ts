import { APP_ROLE } from '../../src/platform/database/role-names.js';
import type { Database } from '../../src/platform/database/database.js';
import { withClient } from '../../src/platform/database/with-client.js';
import { defineEvent } from '../../src/platform/events/event.js';
import type { EventConsumers } from '../../src/platform/events/event-consumers.js';
import type { Events } from '../../src/platform/events/events.js';

export const chaosHappened = defineEvent<{ n: number }>('chaos.happened', 1);
const chaosFollowed = defineEvent<{ n: number }>('chaos.followed', 1);

/** Without a key: what is done twice stands there twice. */
export function createChaosTable(ownerUrl: string): Promise<unknown> {
  return withClient(ownerUrl, (owner) =>
    owner.query(`
      CREATE SCHEMA chaos;
      CREATE TABLE chaos.effects (event_id uuid NOT NULL, consumer text NOT NULL);
      GRANT USAGE ON SCHEMA chaos TO ${APP_ROLE};
      GRANT INSERT ON chaos.effects TO ${APP_ROLE}`),
  );
}

/** One consumer that applies events together, one that loads each, and one whose effect is another event. */
export function registerChaosConsumers(
  consumers: EventConsumers,
  database: Database,
  events: Events,
  load: (event: { id: string }) => Promise<unknown>,
): void {
  const write = (consumer: string) => async (event: { id: string }) => {
    await database.execute('INSERT INTO chaos.effects VALUES ($1, $2)', [event.id, consumer]);
  };
  const together = write('chaos.together');
  consumers.register({ name: 'chaos.together', events: [chaosHappened], apply: together });
  consumers.register({
    name: 'chaos.loading',
    events: [chaosHappened],
    load: async (event) => void (await load(event)),
    apply: write('chaos.loading'),
  });
  consumers.register<{ n: number }>({
    name: 'chaos.following',
    events: [chaosHappened],
    apply: async (event) => {
      await write('chaos.following')(event);
      await events.append(chaosFollowed, { n: event.payload.n });
    },
  });
  consumers.register({ name: 'chaos.last', events: [chaosFollowed], apply: write('chaos.last') });
}
