import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { CustomerEventsController } from './http/customer-events.controller.js';
import { EventTypesController } from './http/event-types.controller.js';
import { LinkDomainsController } from './http/link-domains.controller.js';
import { OpenLinkController } from './http/open-link.controller.js';
import { TrackedLinksController } from './http/tracked-links.controller.js';
import { BehaviourStore } from './persistence/behaviour-store.js';
import { BodyHashes } from './persistence/body-hashes.js';
import { LinkStore } from './persistence/link-store.js';
import { BehaviourEvents } from './queries/behaviour-events.js';
import { EventTypes } from './queries/event-types.js';
import { ShowBehaviour } from './queries/show-behaviour.js';
import { ShowLinks } from './queries/show-links.js';
import { ForgetOldKeys } from './reactions/forget-old-keys.js';
import { ChangeEventTypes } from './use-cases/change-event-types.js';
import { ChangeLinks } from './use-cases/change-links.js';
import { LinkCopies } from './use-cases/link-copies.js';
import { LinkOpens } from './use-cases/link-opens.js';
import { NamedCustomers } from './use-cases/named-customers.js';
import { RecordEvents } from './use-cases/record-events.js';
import { SettleEvents } from './use-cases/settle-events.js';

/** What customers did elsewhere: orders, visits, forms, links. */
@Module({
  imports: [WecomModule, ContactsModule, IdentityModule],
  controllers: [
    CustomerEventsController,
    EventTypesController,
    LinkDomainsController,
    TrackedLinksController,
    OpenLinkController,
  ],
  providers: [
    BehaviourStore,
    BodyHashes,
    BehaviourEvents,
    EventTypes,
    ShowBehaviour,
    ChangeEventTypes,
    NamedCustomers,
    SettleEvents,
    RecordEvents,
    ForgetOldKeys,
    LinkStore,
    ShowLinks,
    ChangeLinks,
    LinkCopies,
    LinkOpens,
  ],
  exports: [BehaviourEvents, ChangeEventTypes, EventTypes, RecordEvents],
})
export class BehaviourModule {}
