import { AppActivity } from '../activity/app-activity.js';
import type { Agenda } from '../agenda.js';
import { ArchiveBell } from '../archive/archive-bell.js';
import { kfPeople } from '../kf/kf-people.js';
import { massSendPeople } from '../mass-sends/mass-send-people.js';
import { momentPeople } from '../moments/moment-people.js';
import type { SandboxPeople } from '../sandbox.types.js';
import { completeDueTransfers } from '../transfers/complete-transfers.js';
import { transferPeople } from '../transfers/transfer-people.js';
import type { EventHost } from './event-host.js';

/** What people do with what the API has started; what they leave undone falls due by the agenda. */
export function buildPeople(host: EventHost, agenda: Agenda): SandboxPeople {
  const activity = new AppActivity(host);
  const archiveBell = new ArchiveBell(host);
  agenda.add(() => completeDueTransfers(host));
  agenda.add(() => activity.takeEffect());
  agenda.add(() => archiveBell.ringWhereDue());
  return {
    ...transferPeople(host),
    ...massSendPeople(host),
    ...momentPeople(host),
    ...kfPeople(host),
    ...activity.people,
    archiveMessages: (o) => archiveBell.messagesArrive(o),
    addRobot: (o) => ({ key: host.robots.add(host.world.get(o.corpId).corpId) }),
    removeRobot: (o) => host.robots.remove(o.key),
  };
}
