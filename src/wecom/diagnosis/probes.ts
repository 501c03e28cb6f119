import type { Answer } from '../client/answer.js';
import { wecomApi, type WecomEndpoint } from '../client/api.js';
import type { WecomRequest } from '../client/wecom-client.js';
import type { AppKind } from '../connections/app.types.js';
import type { Area } from './finding.js';

/** A call without effect that shows whether an app may use a family of APIs. */
export interface Probe {
  readonly area: Area;
  readonly app: AppKind;
  readonly endpoint: WecomEndpoint;
  request(agentId: number | undefined): WecomRequest;
  /** Refusals that only come to somebody who may call. */
  readonly accepted?: readonly number[];
  count?(answer: Answer): number;
}

/** No userid begins with a hyphen (rest-api.md, section 1), so this message reaches nobody. */
const NOBODY = '-';
const NO_MEDIA = 'none';

export const probes: readonly Probe[] = [
  {
    area: 'directory',
    app: 'self_built',
    endpoint: wecomApi.listDepartments,
    request: () => ({}),
    count: (answer) => answer.objects('department').length,
  },
  {
    area: 'customer_contact',
    app: 'self_built',
    endpoint: wecomApi.listFollowUsers,
    request: () => ({}),
    count: (answer) => answer.texts('follow_user').length,
  },
  { area: 'corp_tags', app: 'self_built', endpoint: wecomApi.listCorpTags, request: () => ({}) },
  {
    area: 'group_chats',
    app: 'self_built',
    endpoint: wecomApi.listGroupChats,
    request: () => ({ body: { status_filter: 0, cursor: '', limit: 1 } }),
    accepted: [81017], // more than a thousand staff in range: only to be asked by owner
  },
  {
    area: 'messages',
    app: 'self_built',
    endpoint: wecomApi.sendMessage,
    request: (agentId) => ({
      body: { touser: NOBODY, msgtype: 'text', agentid: agentId, text: { content: NOBODY } },
    }),
    accepted: [81013], // nobody can be reached
  },
  {
    area: 'media',
    app: 'self_built',
    endpoint: wecomApi.getMedia,
    request: () => ({ query: { media_id: NO_MEDIA } }),
    accepted: [40007], // no such file
  },
  {
    area: 'staff_listing',
    app: 'directory_assistant',
    endpoint: wecomApi.listStaffIds,
    request: () => ({ body: { cursor: '', limit: 1 } }),
  },
];
