import type { SandboxSwitches } from './sandbox.types.js';

export const DEFAULT_SWITCHES: Readonly<SandboxSwitches> = {
  tokenLifeS: 7200,
  expiresInCountsDown: true,
  callsPerMinute: 10_000,
  callsPerHour: 150_000,
  callsPerMinuteOfIp: 20_000,
  callsPerHourOfIp: 600_000,
  concurrentCalls: 40,
  // A staff answer of 2021-08; the threshold is not published (rest-api.md section 3.1).
  wrongSecretsMax: 2000,
  latencyMs: 0,
  assistantReadsDetails: false,
  inactiveUserIds: [],
  unlicensedUserIds: [],
  customersPerStaffMax: 20_000,
  groupListStaffMax: 1000,
  userListMax: 5000,
  groupLagMs: 2000,
  welcomeLifeMs: 20_000,
  callbackTimeoutMs: 5000,
  callbackRetryMs: [1000, 2000, 4000],
  retryNon200: false,
  freshEnvelopePerTry: false,
  loseCallbacks: false,
  restrictedDirectoryEvents: true,
  envelope: {},
};
