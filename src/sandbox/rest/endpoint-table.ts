import type { Endpoint } from './endpoint.js';
import { CONTACT_ENDPOINTS, CORP_TAG_ENDPOINTS, GROUP_CHAT_ENDPOINTS } from './tables/contact-table.js';
import { ACCESS_ENDPOINTS, DIRECTORY_ENDPOINTS } from './tables/directory-table.js';
import { KF_ENDPOINTS } from './tables/kf-table.js';
import { MASS_SEND_ENDPOINTS } from './tables/mass-send-table.js';
import { MEDIA_ENDPOINTS, MESSAGE_ENDPOINTS, ROBOT_ENDPOINTS } from './tables/message-table.js';
import { MOMENT_ENDPOINTS } from './tables/moment-table.js';
import { TRANSFER_ENDPOINTS } from './tables/transfer-table.js';

/** Every endpoint of the sandbox: what it asks for, whom it lets in, what it answers. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...ACCESS_ENDPOINTS,
  ...DIRECTORY_ENDPOINTS,
  ...CONTACT_ENDPOINTS,
  ...CORP_TAG_ENDPOINTS,
  ...GROUP_CHAT_ENDPOINTS,
  ...MASS_SEND_ENDPOINTS,
  ...MOMENT_ENDPOINTS,
  ...TRANSFER_ENDPOINTS,
  ...MESSAGE_ENDPOINTS,
  ...MEDIA_ENDPOINTS,
  ...ROBOT_ENDPOINTS,
  ...KF_ENDPOINTS,
];
