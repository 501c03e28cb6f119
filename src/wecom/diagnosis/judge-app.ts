import { meaningOfErrcode } from '../client/errcodes.js';
import type { ConnectedApp } from '../connections/connected-apps.js';
import { adviceFor, type Texts } from './advice.js';
import type { Area, Finding, FindingState } from './finding.js';
import { named, nextSteps, texts } from './finding-texts.js';
import type { Outcome } from './outcome.js';
import type { AppOutcomes } from './probe-app.js';

const UNTRUSTED_ADDRESS = 60020;
const NO_PERMISSION = 48002;
/** WeCom refuses the app or its corp, whatever it asks for. */
const APP_REFUSED: ReadonlySet<number> = new Set([
  40001, 40013, 40014, 40091, 42001, 50003, 50006, 60031, 301007,
]);
const OF_CUSTOMER_CONTACT: ReadonlySet<Area> = new Set([
  'customer_contact',
  'corp_tags',
  'group_chats',
  'welcome',
]);
const SELF_BUILT_AREAS: readonly Area[] = [
  'directory',
  'customer_contact',
  'corp_tags',
  'group_chats',
  'welcome',
  'messages',
  'media',
];

type Refused = Extract<Outcome, { kind: 'refused' }>;

/** What the answers mean for whoever has to repair it: one cause gives one failed finding. */
export function judgeApp(app: Pick<ConnectedApp, 'id' | 'kind'>, outcomes: AppOutcomes): Finding[] {
  const areas: readonly Area[] = app.kind === 'self_built' ? SELF_BUILT_AREAS : ['staff_listing'];
  return [
    judgeToken(app.id, outcomes),
    judgeAddress(app.id, outcomes),
    ...(app.kind === 'self_built' ? [judgeRange(app.id, outcomes)] : []),
    ...areas.map((area) => judgeArea(app.id, area, outcomes.calls.get(probedBy(area)))),
  ];
}

/** Welcome messages take the permission of customer contact (page 92137); nothing tries them without effect. */
function probedBy(area: Area): Area {
  return area === 'welcome' ? 'customer_contact' : area;
}

function judgeToken(appId: string, { token, calls }: AppOutcomes): Finding {
  const refused = [token, ...calls.values()].find((outcome): outcome is Refused => isAppRefused(outcome));
  if (refused) {
    const what = refused === token ? 'secret_rejected' : 'app_refused';
    return refusal({ appId, area: 'token', what }, refused);
  }
  if (token.kind === 'refused' && token.errcode !== UNTRUSTED_ADDRESS)
    return refusal({ appId, area: 'token', what: 'refused' }, token);
  if (token.kind === 'answered') return finding(appId, 'token', 'accepted', 'ok', texts.tokenAccepted);
  return open(appId, 'token', token);
}

function judgeAddress(appId: string, { token, calls }: AppOutcomes): Finding {
  const all = [token, ...calls.values()];
  const untrusted = all.find((outcome): outcome is Refused => isRefusedWith(outcome, UNTRUSTED_ADDRESS));
  if (untrusted) return refusal({ appId, area: 'trusted_address', what: 'untrusted' }, untrusted);
  const answered = [...calls.values()].some(
    (outcome) => outcome.kind === 'answered' || (outcome.kind === 'refused' && !isAppRefused(outcome)),
  );
  if (answered) return finding(appId, 'trusted_address', 'trusted', 'ok', texts.addressTrusted);
  return open(
    appId,
    'trusted_address',
    all.find(({ kind }) => kind === 'unanswered'),
  );
}

function judgeRange(appId: string, { calls }: AppOutcomes): Finding {
  const directory = calls.get('directory');
  const contact = calls.get('customer_contact');
  if (directory?.kind !== 'answered') return open(appId, 'visible_range', directory);
  const serving = contact?.kind === 'answered' ? contact.count : undefined;
  if (directory.count === 0 && serving === 0)
    return finding(appId, 'visible_range', 'empty', 'failed', texts.rangeEmpty, nextSteps.widenRange);
  if (serving === 0)
    return finding(
      appId,
      'visible_range',
      'nobody_serves',
      'warning',
      texts.rangeWithoutServing,
      nextSteps.allowServing,
    );
  return finding(appId, 'visible_range', 'visible', 'ok', rangeText(directory.count, serving));
}

function judgeArea(appId: string, area: Area, outcome: Outcome | undefined): Finding {
  if (outcome?.kind === 'answered') return finding(appId, area, 'allowed', 'ok', texts.allowed);
  if (outcome?.kind !== 'refused' || isAppRefused(outcome) || isRefusedWith(outcome, UNTRUSTED_ADDRESS))
    return open(appId, area, outcome);
  const contact = outcome.errcode === NO_PERMISSION && OF_CUSTOMER_CONTACT.has(area);
  return refusal(
    { appId, area, what: 'refused' },
    outcome,
    contact ? nextSteps.allowCustomerContact : undefined,
  );
}

/** What cannot be judged: nobody answered, or another finding has to be dealt with first. */
function open(appId: string, area: Area, outcome: Outcome | undefined): Finding {
  if (outcome?.kind === 'limited')
    return finding(appId, area, 'limited', 'warning', texts.limited, nextSteps.limited);
  if (outcome?.kind === 'unanswered')
    return finding(appId, area, 'unanswered', 'unknown', texts.unanswered, nextSteps.unreachable);
  return finding(appId, area, 'unchecked', 'unknown', texts.unchecked, nextSteps.firstTheRest);
}

function refusal(
  { appId, area, what }: { appId: string; area: Area; what: string },
  { errcode, callerAddress }: Refused,
  nextStep = adviceFor(errcode, callerAddress),
): Finding {
  const { en, zh } = meaningOfErrcode(errcode);
  const text = { en: `${en} (errcode ${errcode}).`, zh: `${zh}（错误码 ${errcode}）。` };
  return { ...finding(appId, area, what, 'failed', text, nextStep), errcode };
}

function finding(
  appId: string,
  area: Area,
  what: string,
  state: FindingState,
  text: Texts,
  nextStep?: Texts,
): Finding {
  return { code: `${area}.${what}`, area, state, appId, text: named(area, text), nextStep };
}

function isAppRefused(outcome: Outcome): boolean {
  return outcome.kind === 'refused' && APP_REFUSED.has(outcome.errcode);
}

function isRefusedWith(outcome: Outcome, errcode: number): boolean {
  return outcome.kind === 'refused' && outcome.errcode === errcode;
}

function rangeText(departments: number, serving: number | undefined): Texts {
  if (serving === undefined) return { en: `${departments} departments.`, zh: `${departments} 个部门。` };
  return {
    en: `${departments} departments, and ${serving} staff who serve customers.`,
    zh: `${departments} 个部门，${serving} 位可联系客户的成员。`,
  };
}
