import type { FieldChoice } from './field-definition.js';

/** What a stage means for the sale. Who leaves (`invalid`, `abandoned`) leaves for a reason. */
export const STAGE_KINDS = ['open', 'won', 'invalid', 'abandoned'] as const;
export type StageKind = (typeof STAGE_KINDS)[number];

export interface StageReason {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly archived?: boolean;
}

export interface Stage {
  readonly key: string;
  readonly kind: StageKind;
  readonly zh: string;
  readonly en: string;
  readonly reasons: readonly StageReason[];
  readonly archived: boolean;
}

const stage = (key: string, kind: StageKind, zh: string, en: string, reasons: StageReason[] = []): Stage => ({
  key,
  kind,
  zh,
  en,
  reasons,
  archived: false,
});

/** Those of a corp that has not made its own. */
export const STAGES_TO_BEGIN_WITH: readonly Stage[] = [
  stage('new', 'open', '新客户', 'New'),
  stage('contacted', 'open', '已沟通', 'Contacted'),
  stage('interested', 'open', '有意向', 'Interested'),
  stage('won', 'won', '已成交', 'Won'),
  stage('invalid', 'invalid', '无效', 'Invalid', [
    { key: 'wrong_person', zh: '非目标客户', en: 'Not a customer of ours' },
    { key: 'unreachable', zh: '联系不上', en: 'Cannot be reached' },
  ]),
  stage('abandoned', 'abandoned', '已放弃', 'Abandoned', [
    { key: 'no_demand', zh: '无需求', en: 'No demand' },
    { key: 'price', zh: '价格原因', en: 'Price' },
    { key: 'competitor', zh: '选择竞品', en: 'Chose a competitor' },
  ]),
];

export function needsReason(kind: StageKind): boolean {
  return kind === 'invalid' || kind === 'abandoned';
}

/** The stages are the first level of the field `stage`, their reasons the second. */
export function stageChoices(stages: readonly Stage[]): FieldChoice[] {
  return stages.flatMap(({ key, zh, en, reasons, archived }) => [
    { key, zh, en, archived },
    ...reasons.map((reason) => ({ ...reason, parent: key, archived: archived || reason.archived === true })),
  ]);
}
