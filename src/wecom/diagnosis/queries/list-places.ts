import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { ShownApp } from '../../connections/queries/show-corps.js';
import type { Place } from '../judge-callbacks.js';
import { CallbackSightingsStore } from '../persistence/callback-sightings.store.js';

/** The callback places of the corp's apps, and when they were last called. Inside an open unit of work of the corp. */
@Injectable()
export class ListPlaces {
  constructor(
    private readonly database: Database,
    private readonly sightings: CallbackSightingsStore,
  ) {}

  async list(apps: readonly ShownApp[]): Promise<Place[]> {
    const { corpId } = this.database;
    const sightings = await this.sightings.list(corpId);
    const credentials = await this.database.query<{ appId: string }>(
      'SELECT DISTINCT app_id AS "appId" FROM wecom.callback_credentials WHERE corp_id = $1',
      [corpId],
    );
    return apps.map(({ id, kind, placeId }) => ({
      appId: id,
      kind,
      callbackPath: `/callbacks/wecom/${placeId}`,
      hasCredentials: credentials.some(({ appId }) => appId === id),
      seen: Object.fromEntries(
        sightings.filter(({ appId }) => appId === id).map((sighting) => [sighting.kind, sighting.seenAt]),
      ),
    }));
  }
}
