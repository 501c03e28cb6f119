import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import type { SightingKind } from '../callback-sighting.row.js';

export interface Sighting {
  readonly appId: string;
  readonly kind: SightingKind;
  readonly seenAt: Date;
}

/** Inside the corp's unit of work. */
@Injectable()
export class CallbackSightingsStore {
  constructor(private readonly database: Database) {}

  /** Keeps the latest time. An app that was removed meanwhile is left out. */
  async put(corpId: CorpId, sightings: readonly Sighting[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO wecom.callback_sightings AS s (corp_id, app_id, kind, seen_at)
       SELECT $1, seen.app_id, seen.kind, seen.seen_at
         FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) AS seen (app_id, kind, seen_at)
         JOIN wecom.apps a ON a.corp_id = $1 AND a.id = seen.app_id
        ORDER BY seen.app_id, seen.kind
       ON CONFLICT (corp_id, app_id, kind) DO UPDATE SET seen_at = excluded.seen_at
        WHERE s.seen_at < excluded.seen_at`,
      [
        corpId,
        sightings.map(({ appId }) => appId),
        sightings.map(({ kind }) => kind),
        sightings.map(({ seenAt }) => seenAt),
      ],
    );
  }

  list(corpId: CorpId): Promise<Sighting[]> {
    return this.database.query<Sighting>(
      'SELECT app_id AS "appId", kind, seen_at AS "seenAt" FROM wecom.callback_sightings WHERE corp_id = $1',
      [corpId],
    );
  }
}
