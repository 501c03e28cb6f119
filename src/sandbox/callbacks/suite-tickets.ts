import { randomBytes } from 'node:crypto';
import type { CallbackSender } from './callback-sender.js';
import type { Places } from './places.js';
import { renderXml } from './xml.js';

/** callbacks.md section 3.10; a ticket is good for 30 min. */
const EVERY_S = 600;

/** Suites get a ticket at once and then every 10 min, in the envelope of suites. */
export function sendDueTickets(places: Places, sender: CallbackSender, nowS: number): void {
  for (const suite of places.allSuites()) {
    if (!suite.callback || nowS - (suite.ticketAt ?? -Infinity) < EVERY_S) continue;
    suite.ticketAt = nowS;
    const xml = renderXml([
      ['SuiteId', suite.suiteId],
      ['InfoType', 'suite_ticket'],
      ['TimeStamp', nowS],
      ['SuiteTicket', randomBytes(48).toString('base64url')],
    ]);
    sender.send(suite.suiteId, suite, xml);
  }
}
