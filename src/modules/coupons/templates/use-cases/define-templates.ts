import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { couponsErrors } from '../../coupons.errors.js';
import { faultOf } from '../domain/faults.js';
import type { Template, TemplateVersion, TemplateWithVersion } from '../domain/template.js';
import type { CouponTerms } from '../domain/terms.js';
import { TemplateStore } from '../persistence/template-store.js';

const TEMPLATES_MAX = 10_000;

export interface TemplateChange {
  readonly nameZh?: string | undefined;
  readonly nameEn?: string | undefined;
  readonly archived?: boolean | undefined;
}

/** Templates are made, edited by new versions, and archived. Inside an open unit of work. */
@Injectable()
export class DefineTemplates {
  constructor(
    private readonly store: TemplateStore,
    private readonly clock: Clock,
  ) {}

  /** @throws coupons.terms_invalid, template_exists, templates_full */
  async define(
    wanted: Pick<Template, 'key' | 'nameZh' | 'nameEn'>,
    terms: CouponTerms,
  ): Promise<TemplateWithVersion> {
    assertSound(terms);
    if ((await this.store.count()) >= TEMPLATES_MAX) throw couponsErrors.templates_full();
    const template = await this.store.insert(wanted);
    if (!template) throw couponsErrors.template_exists();
    return { ...template, newest: await this.store.insertVersion(template.id, terms) };
  }

  /** Batches of before keep the version that they run. @throws coupons.terms_invalid, template_not_found, template_archived */
  async addVersion(templateId: string, terms: CouponTerms): Promise<TemplateVersion> {
    assertSound(terms);
    const template = await this.lock(templateId);
    if (template.archivedAt) throw couponsErrors.template_archived();
    return this.store.insertVersion(templateId, terms);
  }

  /** What is not named stays; nothing of it changes a coupon. @throws coupons.template_not_found */
  async change(templateId: string, { nameZh, nameEn, archived }: TemplateChange): Promise<void> {
    const template = await this.lock(templateId);
    const archivedAt = archived ? (template.archivedAt ?? this.clock.now()) : null;
    await this.store.update({
      ...template,
      nameZh: nameZh ?? template.nameZh,
      nameEn: nameEn ?? template.nameEn,
      archivedAt: archived === undefined ? template.archivedAt : archivedAt,
    });
  }

  private async lock(id: string): Promise<Template> {
    const template = await this.store.lock(id);
    if (!template) throw couponsErrors.template_not_found();
    return template;
  }
}

function assertSound(terms: CouponTerms): void {
  const field = faultOf(terms);
  if (field !== undefined) throw couponsErrors.terms_invalid({ field });
}
