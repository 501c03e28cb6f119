import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { MassSendsGateway, WecomApiError, wecomErrors } from '../../../../wecom/index.js';
import { type Announcement, messageOf } from '../domain/announcement.js';
import type { MassWindow } from '../domain/mass-limit.js';
import { PartStore } from '../persistence/part-store.js';

/** The parts of one announcement, each a task for one member. Outside any unit of work; each step may be the last before a kill. */
@Injectable()
export class HandToStaff {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly wecom: MassSendsGateway,
    private readonly parts: PartStore,
  ) {}

  /**
   * The intent is committed before WeCom is called, the outcome afterwards; a call without an answer stays `calling`.
   * @returns false when nobody is left to ask for. @throws WecomApiError what ends by waiting, or by a lookup
   */
  async handNext(corpId: CorpId, announcement: Announcement, window: MassWindow): Promise<boolean> {
    const part = await this.unit.run(corpId, () => this.parts.claim(announcement, window));
    if (!part) return false;
    const { senderUserId, externalUserIds } = part;
    if (externalUserIds.length === 0) return true; // all of this member's were excluded
    try {
      const message = messageOf(announcement);
      const { msgId, refusedExternalUserIds } = await this.wecom.create(corpId, {
        senderUserId,
        externalUserIds,
        message,
      });
      await this.unit.run(corpId, () => this.parts.markHanded(part, msgId, refusedExternalUserIds));
      return true;
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      if (isAboutPart(error)) {
        const state = NOBODY_LEFT.has(error.errcode) ? 'not_taken' : 'failed';
        await this.unit.run(corpId, () => this.parts.markFailed(part, error.errcode, state));
        return true;
      }
      if (isNotActed(error)) await this.unit.run(corpId, () => this.parts.putBack(part));
      throw error;
    }
  }
}

/** None of them can receive it from this member. */
const NOBODY_LEFT: ReadonlySet<number> = new Set([41048, 84061]);
/** An administrator may give him the permission; the others need not wait for it. */
const SENDER_MAY_NOT = 84074;
const SYSTEM_BUSY = -1;
const ADD_API = 'externalcontact/add_msg_template';

/** WeCom understood and refused this part for good. Others may fare better. */
function isAboutPart({ api, errcode, action }: WecomApiError): boolean {
  return api === ADD_API && errcode > 0 && (action === 'fail' || errcode === SENDER_MAY_NOT);
}

/** WeCom, or our own limits, said no, or the token before the call failed: it has certainly not made the task. */
function isNotActed({ api, code, errcode }: WecomApiError): boolean {
  if (api !== ADD_API) return true;
  if (code === wecomErrors.call_refused.code) return errcode !== SYSTEM_BUSY;
  return NOT_SENT.has(code);
}

const NOT_SENT: ReadonlySet<string> = new Set([
  wecomErrors.call_postponed.code,
  wecomErrors.app_missing.code,
  wecomErrors.credentials_rejected.code,
  wecomErrors.corp_disconnected.code,
]);
