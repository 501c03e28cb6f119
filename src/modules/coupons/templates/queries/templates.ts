import { Injectable } from '@nestjs/common';
import { couponsErrors } from '../../coupons.errors.js';
import type { TemplateVersion, TemplateWithVersion } from '../domain/template.js';
import { TemplateStore } from '../persistence/template-store.js';

/** Templates as the API shows them. Inside an open unit of work. */
@Injectable()
export class Templates {
  constructor(private readonly store: TemplateStore) {}

  /** @throws coupons.template_not_found */
  async get(id: string): Promise<TemplateWithVersion> {
    const found = await this.store.find(id);
    if (!found) throw couponsErrors.template_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<TemplateWithVersion[]> {
    return this.store.list(after, limit);
  }

  /** @throws coupons.template_not_found */
  async listVersions(
    id: string,
    after: { version: number } | undefined,
    limit: number,
  ): Promise<TemplateVersion[]> {
    await this.get(id);
    return this.store.listVersions(id, after, limit);
  }

  /** For a new batch. @throws coupons.version_not_found, template_archived */
  async getUsableVersion(id: string): Promise<TemplateVersion> {
    const found = await this.store.findVersion(id);
    if (!found) throw couponsErrors.version_not_found();
    if (found.archived) throw couponsErrors.template_archived();
    return found;
  }
}
