import { Injectable } from '@nestjs/common';
import { CHOICES_KEPT_MAX } from '../domain/choices.js';
import { isChoiceKey } from '../domain/field-value.js';
import { needsReason, type Stage, type StageReason } from '../domain/stage.js';
import { StageStore } from '../persistence/stage-store.js';
import { profilesErrors } from '../profiles.errors.js';
import { FieldCatalogue } from '../queries/field-catalogue.js';

export type WantedStage = Omit<Stage, 'archived'>;

/** The corp's own sales stages, all at once, in their order. Inside an open unit of work. */
@Injectable()
export class SetStages {
  constructor(
    private readonly stages: StageStore,
    private readonly catalogue: FieldCatalogue,
  ) {}

  /**
   * Stages and reasons that are left out stay readable where they were chosen.
   * @param assertSeen throws when the caller has seen other stages
   * @throws customers.stages_invalid, choices_too_many
   */
  async set(wanted: readonly WantedStage[], assertSeen: (stages: readonly Stage[]) => void): Promise<void> {
    if (!areFitting(wanted)) throw profilesErrors.stages_invalid();
    await this.stages.lock();
    const before = (await this.catalogue.read()).stages;
    assertSeen(before);
    const named = new Set(wanted.map(({ key }) => key));
    const left = before.filter(({ key }) => !named.has(key)).map((stage) => ({ ...stage, archived: true }));
    const kept = wanted.map((stage) => {
      const known = before.find(({ key }) => key === stage.key)?.reasons ?? [];
      return { ...stage, archived: false, reasons: withArchivedReasons(known, stage.reasons) };
    });
    const all = [...kept, ...left];
    if (all.reduce((count, { reasons }) => count + 1 + reasons.length, 0) > CHOICES_KEPT_MAX)
      throw profilesErrors.choices_too_many({ max: CHOICES_KEPT_MAX });
    await this.stages.save(all);
  }
}

function areFitting(stages: readonly WantedStage[]): boolean {
  return (
    isEachOnce(stages.map(({ key }) => key)) &&
    stages.every(
      ({ kind, reasons }) =>
        reasons.length > 0 === needsReason(kind) && isEachOnce(reasons.map(({ key }) => key)),
    )
  );
}

function isEachOnce(keys: readonly string[]): boolean {
  return keys.every(isChoiceKey) && new Set(keys).size === keys.length;
}

function withArchivedReasons(before: readonly StageReason[], now: readonly StageReason[]): StageReason[] {
  const named = new Set(now.map(({ key }) => key));
  return [
    ...now.map(({ key, zh, en }) => ({ key, zh, en })),
    ...before.filter(({ key }) => !named.has(key)).map((reason) => ({ ...reason, archived: true })),
  ];
}
