import type { Amount, RuleContent } from './rule.js';
import { RELATION_STARTED, type TriggerProperty } from './triggers.js';

/** A rule that one call makes and puts in force. */
export interface Preset {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  /** An own type of customer events that the rule needs, declared with it when it is not there. */
  readonly eventType?: {
    readonly key: string;
    readonly name: string;
    readonly fields: readonly PresetField[];
  };
  readonly content: RuleContent;
}

interface PresetField extends TriggerProperty {
  readonly kind: 'text';
  readonly required: boolean;
}

const points = (amount: number): Amount => ({ kind: 'fixed', points: amount });
const required = (key: string): PresetField => ({ key, kind: 'text', required: true });

/** What a rule says when it says nothing else. */
export const PLAIN = {
  wallet: 'points',
  beneficiary: 'customer',
  conditions: null,
  levelPercent: {},
  caps: [],
  givesCapBack: false,
  coolDownMinutes: 0,
  startsAt: null,
  endsAt: null,
  priority: 0,
  exclusiveGroup: null,
  holdDays: 0,
  clawBackDays: 0,
} as const satisfies Partial<RuleContent>;

/**
 * The figures are of the requirements (001-16, 001-17); 002-24 names none, so what a thank-you is worth (5) is ours. Signing
 * in (001-15) is no rule: the check-in gives its 2 points itself, with the streak.
 */
export const PRESETS: readonly Preset[] = [
  {
    // content alone earns nothing: only the mark of a person is an event of this type, and a content earns once
    key: 'quality_content',
    zh: '优质内容',
    en: 'Quality content, once somebody marked it',
    eventType: {
      key: 'content.marked',
      name: '内容被评为优质',
      fields: [required('contentId'), required('markedBy')],
    },
    content: {
      ...PLAIN,
      trigger: 'content.marked',
      conditions: { of: 'event', key: 'markedBy', is: 'exists' },
      amount: points(10),
      caps: [{ of: 'rule', per: 'group', property: 'contentId', period: 'lifetime', points: 10 }],
    },
  },
  {
    // a week to see whether the invitee stays, and a month in which leaving takes the points back; once an invitee
    key: 'invite',
    zh: '邀请新客户',
    en: 'Invite a new customer',
    content: {
      ...PLAIN,
      trigger: RELATION_STARTED,
      beneficiary: { property: 'state' },
      conditions: { of: 'event', key: 'isNew', is: 'in', value: [true] },
      amount: points(15),
      caps: [{ of: 'rule', per: 'group', property: 'customerId', period: 'lifetime', points: 15 }],
      holdDays: 7,
      clawBackDays: 30,
    },
  },
  {
    key: 'useful_report',
    zh: '感谢有效举报',
    en: 'Thanks for a useful report',
    eventType: {
      key: 'report.accepted',
      name: '举报被采纳',
      fields: [required('reportId'), required('acceptedBy')],
    },
    content: {
      ...PLAIN,
      trigger: 'report.accepted',
      conditions: { of: 'event', key: 'acceptedBy', is: 'exists' },
      amount: points(5),
      caps: [{ of: 'rule', per: 'group', property: 'reportId', period: 'lifetime', points: 5 }],
    },
  },
];
