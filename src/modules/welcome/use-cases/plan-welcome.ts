import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { ContactAttachment } from '../../../wecom/index.js';
import { StaffDirectory } from '../../staff/index.js';
import type { Attachment } from '../domain/attachment.js';
import { referenceAt, type WelcomeFile } from '../domain/file.js';
import type { PlaceholderValues } from '../domain/placeholders.js';
import { candidateKeys } from '../domain/target.js';
import { FileRepository } from '../persistence/file-repository.js';
import { RuleRepository } from '../persistence/rule-repository.js';

export type WelcomePlan =
  | { readonly kind: 'no_rule' }
  | { readonly kind: 'silent'; readonly ruleId: string }
  | {
      readonly kind: 'greet';
      readonly ruleId: string;
      readonly text: string | null;
      readonly values: PlaceholderValues;
      readonly attachments: readonly ContactAttachment[];
      /** Become links, each friend's own. */
      readonly coupons: readonly {
        readonly batchId: string;
        readonly title: string;
        readonly url: string;
        readonly description?: string;
        readonly pictureUrl?: string;
      }[];
      /** Attachments whose file WeCom does not have now: the others are sent without them. */
      readonly attachmentsLeftOut: number;
    };

/** What a member's new friends are greeted with at this moment. Inside an open unit of work. */
@Injectable()
export class PlanWelcome {
  constructor(
    private readonly rules: RuleRepository,
    private readonly files: FileRepository,
    private readonly staff: StaffDirectory,
    private readonly clock: Clock,
  ) {}

  async plan(staffUserId: string): Promise<WelcomePlan> {
    const greeter = await this.staff.find(staffUserId);
    const rule = await this.rules.findFirst(candidateKeys(greeter));
    if (!rule) return { kind: 'no_rule' };
    if (rule.silent) return { kind: 'silent', ruleId: rule.id };
    const coupons = rule.attachments.flatMap(({ batchId, title = '', url = '', description, pictureUrl }) =>
      batchId === undefined
        ? []
        : [{ batchId, title, url, ...(description && { description }), ...(pictureUrl && { pictureUrl }) }],
    );
    const others = rule.attachments.filter(({ kind }) => kind !== 'coupon');
    const attachments = await this.attachmentsOf(others);
    return {
      kind: 'greet',
      ruleId: rule.id,
      text: rule.text,
      values: { staff: greeter?.name, department: greeter?.departments[0]?.name },
      attachments,
      coupons,
      attachmentsLeftOut: others.length - attachments.length,
    };
  }

  private async attachmentsOf(attachments: readonly Attachment[]): Promise<ContactAttachment[]> {
    const ids = attachments.flatMap(({ fileId }) => (fileId ? [fileId] : []));
    const files = ids.length > 0 ? await this.files.findAll(ids) : [];
    const byId = new Map(files.map((file) => [file.id, file]));
    const now = this.clock.now();
    return attachments.flatMap((attachment) => toWecom(attachment, byId, now) ?? []);
  }
}

/** Undefined when its file cannot be sent now. */
function toWecom(
  attachment: Attachment,
  files: ReadonlyMap<string, WelcomeFile>,
  now: Date,
): ContactAttachment | undefined {
  const { kind, fileId, title = '', url = '', description, appId = '', page = '' } = attachment;
  const file = fileId === undefined ? undefined : files.get(fileId);
  const reference = file && referenceAt(file, now);
  if (kind === 'link') {
    // a link without its cover is still a link
    return { kind, title, url, description, pictureUrl: reference ?? attachment.pictureUrl };
  }
  const pictureUrl = file?.kind === 'picture' ? reference : attachment.pictureUrl;
  if (kind === 'image' && pictureUrl !== undefined) return { kind, pictureUrl };
  const mediaId = reference ?? attachment.mediaId;
  if (mediaId === undefined || kind === 'coupon') return undefined;
  return kind === 'miniprogram' ? { kind, title, coverMediaId: mediaId, appId, page } : { kind, mediaId };
}
