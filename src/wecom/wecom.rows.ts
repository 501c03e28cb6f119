import { CallbackRow } from './callback/callback.row.js';
import { AccessTokenRow, DailyCallsRow, QuotaWindowRow } from './client/client.rows.js';
import { CallbackCredentialRow, CallbackPlaceRow, WecomAppRow } from './connections/app.row.js';
import { CallbackSightingRow } from './diagnosis/callback-sighting.row.js';

/** For the test that compares rows and migrations. */
export const wecomRows = [
  WecomAppRow,
  CallbackCredentialRow,
  CallbackPlaceRow,
  AccessTokenRow,
  QuotaWindowRow,
  CallbackRow,
  CallbackSightingRow,
  DailyCallsRow,
];
