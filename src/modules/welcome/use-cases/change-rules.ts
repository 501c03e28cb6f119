import { Injectable, Optional } from '@nestjs/common';
import { StaffDirectory } from '../../staff/index.js';
import { type Attachment, findFault, mayUse } from '../domain/attachment.js';
import { findUnknownPlaceholder } from '../domain/placeholders.js';
import {
  hasFittingContent,
  isTextTooLong,
  type WelcomeRule,
  type WelcomeRuleContent,
} from '../domain/rule.js';
import { WelcomeCoupons } from '../domain/welcome-coupons.js';
import { targetKey, type WelcomeTarget } from '../domain/target.js';
import { FileRepository } from '../persistence/file-repository.js';
import { RuleRepository } from '../persistence/rule-repository.js';
import { welcomeErrors } from '../welcome.errors.js';
import { UploadFiles } from './upload-files.js';

/** For whom, as WeCom names them. */
export interface NamedTarget {
  readonly scope: WelcomeTarget['scope'];
  readonly staffUserId?: string;
  readonly departmentId?: number;
}

/** Inside an open unit of work. Everything that WeCom would refuse later is refused here. */
@Injectable()
export class ChangeRules {
  constructor(
    private readonly rules: RuleRepository,
    private readonly files: FileRepository,
    private readonly staff: StaffDirectory,
    private readonly uploads: UploadFiles,
    @Optional() private readonly coupons?: WelcomeCoupons,
  ) {}

  /** @throws welcome.rule_exists, target_invalid, staff_unknown, department_unknown and what `replace` throws. */
  async create(target: NamedTarget, content: WelcomeRuleContent): Promise<WelcomeRule> {
    await this.assertContent(content);
    const rule = await this.rules.insert(targetKey(await this.resolve(target)), content);
    if (!rule) throw welcomeErrors.rule_exists();
    return rule;
  }

  /**
   * @throws welcome.rule_not_found, content_missing, placeholder_unknown, text_too_long, attachment_invalid,
   * file_unknown, batch_unknown.
   */
  async replace(id: string, content: WelcomeRuleContent): Promise<WelcomeRule> {
    await this.assertContent(content);
    const rule = await this.rules.replace(id, content);
    if (!rule) throw welcomeErrors.rule_not_found();
    return rule;
  }

  async remove(id: string): Promise<void> {
    if (!(await this.rules.remove(id))) throw welcomeErrors.rule_not_found();
  }

  private async resolve({ scope, staffUserId, departmentId }: NamedTarget): Promise<WelcomeTarget> {
    const isComplete =
      (staffUserId !== undefined) === (scope === 'staff') &&
      (departmentId !== undefined) === (scope === 'department');
    if (!isComplete) throw welcomeErrors.target_invalid();
    if (staffUserId !== undefined) {
      const member = await this.staff.find(staffUserId);
      if (!member) throw welcomeErrors.staff_unknown();
      return { scope: 'staff', staffId: member.staffId };
    }
    if (departmentId === undefined) return { scope: 'corp' };
    if (!(await this.staff.hasDepartment(departmentId))) throw welcomeErrors.department_unknown();
    return { scope: 'department', departmentId };
  }

  private async assertContent(content: WelcomeRuleContent): Promise<void> {
    if (!hasFittingContent(content)) throw welcomeErrors.content_missing();
    assertText(content.text);
    for (const [index, attachment] of content.attachments.entries()) {
      const fault = findFault(attachment);
      if (fault) throw welcomeErrors.attachment_invalid({ index, ...fault });
    }
    await this.assertFiles(content.attachments);
    for (const [index, { batchId }] of content.attachments.entries()) {
      const isKnown = batchId === undefined || (await this.coupons?.hasBatch(batchId));
      if (!isKnown) throw welcomeErrors.batch_unknown({ index });
    }
  }

  /** What is taken into use is kept fresh in WeCom from now on. */
  private async assertFiles(attachments: readonly Attachment[]): Promise<void> {
    const ids = attachments.flatMap(({ fileId }) => (fileId ? [fileId] : []));
    if (ids.length === 0) return;
    await this.files.lock(ids);
    const byId = new Map((await this.files.findAll(ids)).map((file) => [file.id, file]));
    for (const [index, { kind, fileId }] of attachments.entries()) {
      if (fileId === undefined) continue;
      const file = byId.get(fileId);
      if (!file) throw welcomeErrors.file_unknown({ index });
      if (!mayUse(kind, file.kind))
        throw welcomeErrors.attachment_invalid({ index, field: 'fileId', problem: 'file_kind' });
    }
    await this.uploads.enqueueStale([...byId.values()]);
  }
}

function assertText(text: string | null): void {
  if (text === null) return;
  const unknown = findUnknownPlaceholder(text);
  if (unknown !== undefined) throw welcomeErrors.placeholder_unknown({ placeholder: unknown.slice(0, 100) });
  if (isTextTooLong(text)) throw welcomeErrors.text_too_long();
}
