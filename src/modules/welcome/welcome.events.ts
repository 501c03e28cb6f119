import { defineEvent } from '../../platform/events/event.js';

/**
 * What became of a code by which a new friend was to be greeted. Nothing is told of those for whom nothing was configured,
 * or whom another app had greeted. Comes a minute after the greeting.
 */
export interface WelcomeEnded {
  messageId: string;
  /** Of no use any more: it lives 20 s. */
  welcomeCode: string;
  staffUserId: string;
  externalUserId: string;
  state: 'sent' | 'code_invalid' | 'given_up' | 'refused' | 'unknown';
  /** WeCom's last refusal. */
  errcode?: number;
  /** ISO text. */
  endedAt: string;
}
export const welcomeEnded = defineEvent<WelcomeEnded>('welcome.ended', 1);
