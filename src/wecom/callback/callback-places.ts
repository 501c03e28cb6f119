import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Envelopes } from '../../platform/crypto/envelopes.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { credentialPlace } from '../connections/app.row.js';
import { wecomErrors } from '../wecom.errors.js';

/** A new or removed pair takes effect within this time in every process. */
const COPY_LIFE_MS = 5_000;
const PLACE_ID = /^[0-9a-f]{32}$/;

export interface CallbackCredential {
  readonly token: string;
  readonly encodingAesKey: string;
}

/** Who is called under one URL, and with which pairs of Token and EncodingAESKey. */
export interface CallbackPlace {
  readonly corpId: CorpId;
  readonly appId: string;
  /** What must stand in the ciphertext as receiver. */
  readonly wecomCorpId: string;
  /** Newest first; two while a new pair is being set up. */
  readonly credentials: readonly CallbackCredential[];
}

/** Kept in memory for a moment, so that a burst of callbacks costs one lookup. */
@Injectable()
export class CallbackPlaces {
  private readonly copies = new Map<string, { place: CallbackPlace; untilMs: number }>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly clock: Clock,
  ) {}

  /** @throws wecom.callback_place_unknown, also for a disconnected corp. */
  async get(placeId: string): Promise<CallbackPlace> {
    const nowMs = this.clock.now().getTime();
    const copy = this.copies.get(placeId);
    if (copy && copy.untilMs > nowMs) return copy.place;
    const place = PLACE_ID.test(placeId) ? await this.load(placeId) : undefined;
    if (!place) {
      this.copies.delete(placeId);
      throw wecomErrors.callback_place_unknown();
    }
    this.copies.set(placeId, { place, untilMs: nowMs + COPY_LIFE_MS });
    return place;
  }

  forgetAll(): void {
    this.copies.clear();
  }

  private async load(placeId: string): Promise<CallbackPlace | undefined> {
    const found = await this.unitOfWork.read(undefined, () =>
      this.database.maybeOne<{ corpId: CorpId; appId: string; wecomCorpId: string }>(
        `SELECT p.corp_id AS "corpId", p.app_id AS "appId", c.wecom_corp_id AS "wecomCorpId"
           FROM platform.callback_places p JOIN platform.corps c ON c.id = p.corp_id AND c.state = 'active'
          WHERE p.id = $1`,
        [placeId],
      ),
    );
    return found && { ...found, credentials: await this.loadCredentials(found.corpId, found.appId) };
  }

  private async loadCredentials(corpId: CorpId, appId: string): Promise<CallbackCredential[]> {
    const rows = await this.unitOfWork.read(corpId, () =>
      this.database.query<{ id: string; tokenSealed: string; aesKeySealed: string }>(
        `SELECT id, token_sealed AS "tokenSealed", aes_key_sealed AS "aesKeySealed"
           FROM wecom.callback_credentials
          WHERE corp_id = $1 AND app_id = $2 AND (accepted_until IS NULL OR accepted_until > $3)
          ORDER BY id DESC`,
        [corpId, appId, this.clock.now()],
      ),
    );
    return rows.map((row) => ({
      token: this.envelopes.open(row.tokenSealed, credentialPlace(corpId, row.id, 'token_sealed')),
      encodingAesKey: this.envelopes.open(
        row.aesKeySealed,
        credentialPlace(corpId, row.id, 'aes_key_sealed'),
      ),
    }));
  }
}
