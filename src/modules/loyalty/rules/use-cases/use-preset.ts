import { Injectable } from '@nestjs/common';
import { ChangeEventTypes, EventTypes } from '../../../customers/index.js';
import { POINTS_MAX } from '../domain/rule.js';
import { PRESETS } from '../domain/presets.js';
import type { StoredRule } from '../persistence/rule-store.js';
import { rulesErrors } from '../rules.errors.js';
import { ManageRules } from './manage-rules.js';

/** Makes a rule of those that most corps want, once in a program, and puts it in force. Inside an open unit of work. */
@Injectable()
export class UsePreset {
  constructor(
    private readonly rules: ManageRules,
    private readonly types: EventTypes,
    private readonly changes: ChangeEventTypes,
  ) {}

  /**
   * @param points instead of the preset's own
   * @throws loyalty.rule_preset_not_found, and what creating a rule refuses
   */
  async use(
    key: string,
    { programId, points }: { programId?: string; points?: number },
  ): Promise<StoredRule> {
    const preset = PRESETS.find((one) => one.key === key);
    if (!preset) throw rulesErrors.rule_preset_not_found();
    const { eventType, content, zh } = preset;
    if (eventType && !(await this.types.byKey()).has(eventType.key))
      await this.changes.create(eventType.key, { ...eventType, enabled: true });
    const asked =
      points === undefined
        ? content
        : {
            ...content,
            amount: { kind: 'fixed' as const, points },
            // a preset's caps say once; once stays once
            caps: content.caps.map((cap) => ({ ...cap, points: Math.min(points, POINTS_MAX) })),
          };
    return this.rules.keep({
      preset: key,
      name: zh,
      content: asked,
      ...(programId !== undefined && { programId }),
    });
  }
}
