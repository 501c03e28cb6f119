import { toPublicId } from '../../../platform/context/typed-id.js';
import { EnumField, PublicIdField, TextField, TimeField } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/page.js';
import { APP_ID_PREFIX } from '../../connections/http/corps.views.js';
import {
  type CallbackFilter,
  type CallbackState,
  callbackStates,
  type StoredCallback,
} from '../queries/list-callbacks.js';

export const CALLBACK_ID_PREFIX = 'cbk';
const NAME_MAX = 110;

export class CallbacksQuery extends PageQuery implements CallbackFilter {
  @TextField({ max: NAME_MAX, optional: true, example: 'change_external_contact' })
  event?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'add_external_contact' })
  changeType?: string;

  @EnumField(callbackStates, { optional: true, example: 'parked' })
  state?: CallbackState;

  @TimeField({ optional: true })
  receivedFrom?: Date;

  @TimeField({ optional: true, description: 'not included' })
  receivedTo?: Date;
}

/** A callback without its body, which holds personal data. */
export class CallbackView {
  @PublicIdField(CALLBACK_ID_PREFIX)
  id: string;

  @PublicIdField(APP_ID_PREFIX)
  appId: string;

  @TextField({ max: NAME_MAX, example: 'change_external_contact' })
  event: string;

  @TextField({ max: NAME_MAX, nullable: true, example: 'add_external_contact' })
  changeType: string | null;

  @EnumField(callbackStates, {
    example: 'applied',
    description: 'kept: of a kind that nothing here reacts to · 已保存但无处理',
  })
  state: CallbackState;

  @PublicIdField('evt', { nullable: true, description: 'why it is parked: GET /v1/parked-events?eventId=…' })
  eventId: string | null;

  @TimeField({ description: 'by WeCom, in whole seconds' })
  happenedAt: Date;

  @TimeField()
  receivedAt: Date;

  static of({ id, appId, eventId, ...callback }: StoredCallback): CallbackView {
    return {
      id: toPublicId(CALLBACK_ID_PREFIX, id),
      appId: toPublicId(APP_ID_PREFIX, appId),
      eventId: eventId === null ? null : toPublicId('evt', eventId),
      ...callback,
    };
  }
}
