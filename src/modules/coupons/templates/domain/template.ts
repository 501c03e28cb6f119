import type { BenefitKind, CouponTerms } from './terms.js';

/** What coupons are made after. Editing adds a version; a batch names the one that it runs, so versions never change. */
export interface Template {
  readonly id: string;
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly archivedAt: Date | null;
  readonly createdAt: Date;
}

export interface TemplateVersion {
  readonly id: string;
  readonly templateId: string;
  /** From 1 without a gap. */
  readonly version: number;
  readonly kind: BenefitKind;
  readonly terms: CouponTerms;
  readonly createdAt: Date;
}

/** With the newest of its versions. */
export interface TemplateWithVersion extends Template {
  readonly newest: TemplateVersion;
}
