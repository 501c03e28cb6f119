import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTokenStore } from './client/access-token.store.js';
import { AccessTokens } from './client/access-tokens.js';
import { CallMetrics } from './client/call-metrics.js';
import { CallQuota } from './client/call-quota.js';
import { CallQuotaStore } from './client/call-quota.store.js';
import { DailyCalls } from './client/daily-calls.js';
import { Circuits } from './client/circuits.js';
import { InFlight } from './client/in-flight.js';
import { WecomCaller } from './client/wecom-caller.js';
import { WecomClient } from './client/wecom-client.js';
import { WecomTransport } from './client/wecom-transport.js';
import { CallbackInbox } from './callback/callback-inbox.js';
import { CallbackOpener } from './callback/callback-opener.js';
import { CallbackPlaces } from './callback/callback-places.js';
import { CallbackReceiver } from './callback/callback-receiver.js';
import { CallbackRoutes } from './callback/http/callback-routes.js';
import { UnansweredCallbacks } from './callback/http/unanswered-callbacks.js';
import { CallbacksController } from './callback/http/callbacks.controller.js';
import { ListCallbacks } from './callback/queries/list-callbacks.js';
import { CallbackRetention } from './callback/reactions/callback-retention.js';
import { CallbackSpool } from './callback/spool/callback-spool.js';
import { SpoolDrain } from './callback/spool/spool-drain.js';
import { ConnectedApps } from './connections/connected-apps.js';
import { Connections } from './connections/connections.js';
import { AppsController } from './connections/http/apps.controller.js';
import { CorpsController } from './connections/http/corps.controller.js';
import { AppsStore } from './connections/persistence/apps.store.js';
import { CorpsStore } from './connections/persistence/corps.store.js';
import { ShowCorps } from './connections/queries/show-corps.js';
import { VerifySecrets } from './connections/reactions/verify-secrets.js';
import { AppSettings } from './connections/use-cases/app-settings.js';
import { AppCopies, ChangeApps } from './connections/use-cases/change-apps.js';
import { ChangeCorp } from './connections/use-cases/change-corp.js';
import { ConnectCorp } from './connections/use-cases/connect-corp.js';
import { ContactErasures } from './contacts/contact-erasures.js';
import { ContactsGateway } from './contacts/contacts.gateway.js';
import { CorpTagsGateway } from './corp-tags/corp-tags.gateway.js';
import { CallbackSightings } from './diagnosis/callback-sightings.js';
import { CheckCorp } from './diagnosis/check-corp.js';
import { DiagnosisController } from './diagnosis/http/diagnosis.controller.js';
import { CallbackSightingsStore } from './diagnosis/persistence/callback-sightings.store.js';
import { ProbeApp } from './diagnosis/probe-app.js';
import { ListPlaces } from './diagnosis/queries/list-places.js';
import { ShowQuota } from './diagnosis/queries/show-quota.js';
import { DirectoryGateway } from './directory/directory.gateway.js';
import { GroupChatsGateway } from './group-chats/group-chats.gateway.js';
import { HandoverGateway } from './handover/handover.gateway.js';
import { MassSendsGateway } from './mass-sends/mass-sends.gateway.js';
import { MediaGateway } from './media/media.gateway.js';
import { MessagesGateway } from './messages/messages.gateway.js';
import { wecomRows } from './wecom.rows.js';
import { WelcomeGateway } from './welcome/welcome.gateway.js';

const client = [
  WecomTransport,
  CallQuotaStore,
  CallQuota,
  DailyCalls,
  InFlight,
  Circuits,
  CallMetrics,
  WecomCaller,
  AccessTokenStore,
  AccessTokens,
  WecomClient,
];

const connections = [
  ConnectedApps,
  AppsStore,
  CorpsStore,
  AppSettings,
  AppCopies,
  ConnectCorp,
  ChangeCorp,
  ChangeApps,
  ShowCorps,
  VerifySecrets,
];

const callback = [
  CallbackPlaces,
  CallbackInbox,
  CallbackOpener,
  CallbackSpool,
  SpoolDrain,
  CallbackReceiver,
  UnansweredCallbacks,
  CallbackRoutes,
  ListCallbacks,
  CallbackRetention,
];

const diagnosis = [CallbackSightingsStore, CallbackSightings, ListPlaces, ProbeApp, CheckCorp, ShowQuota];

const doors = [
  Connections,
  ContactErasures,
  ContactsGateway,
  CorpTagsGateway,
  DirectoryGateway,
  GroupChatsGateway,
  HandoverGateway,
  MassSendsGateway,
  MediaGateway,
  MessagesGateway,
  WelcomeGateway,
];

/** Global, because every module that mirrors something of WeCom asks a gateway. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature(wecomRows)],
  controllers: [CorpsController, AppsController, DiagnosisController, CallbacksController],
  providers: [...client, ...connections, ...callback, ...diagnosis, ...doors],
  exports: doors,
})
export class WecomModule {}
