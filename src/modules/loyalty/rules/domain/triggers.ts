/** A property of an event that conditions, amounts and caps may name. */
export interface TriggerProperty {
  readonly key: string;
  readonly kind: 'text' | 'integer' | 'amount' | 'boolean' | 'time' | 'currency' | 'items';
}

export const ORDER_PAID = 'order_paid';
export const ORDER_REFUNDED = 'order_refunded';
export const RELATION_STARTED = 'relation_started';
export const CHECKED_IN = 'checked_in';

/**
 * What modules tell, beside the customer events. No dot in their names, which own event types have, and none of the
 * built-in types of customer events.
 *
 * `state` of a relation is the corp's channel parameter. An inviter's own contact way carries his public customer id there,
 * which is exactly as long as WeCom lets a state be (30 characters).
 */
export const MODULE_TRIGGERS: Readonly<Record<string, readonly TriggerProperty[]>> = {
  [RELATION_STARTED]: [
    { key: 'customerId', kind: 'text' },
    { key: 'isNew', kind: 'boolean' },
    { key: 'staffUserId', kind: 'text' },
    { key: 'addWay', kind: 'integer' },
    { key: 'state', kind: 'text' },
  ],
  [CHECKED_IN]: [
    { key: 'day', kind: 'text' },
    { key: 'streak', kind: 'integer' },
  ],
};
