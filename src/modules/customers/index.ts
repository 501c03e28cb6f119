export { type BehaviourEvent, BehaviourEvents } from './behaviour/queries/behaviour-events.js';
export { EventTypes } from './behaviour/queries/event-types.js';
export { ChangeEventTypes } from './behaviour/use-cases/change-event-types.js';
export { CustomersFacade } from './customers.facade.js';
export { CustomersModule } from './customers.module.js';
export { customersRows } from './contacts/persistence/customers.rows.js';
export type { Announcement } from './timeline/domain/announcement.js';
export { Announcements, type Announcer } from './timeline/use-cases/announcements.js';
