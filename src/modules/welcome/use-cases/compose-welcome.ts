import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { describeFailure } from '../../../platform/jobs/job-failure.js';
import type { ContactAttachment, ContactMessage } from '../../../wecom/index.js';
import { CLAIM_CODE_PLACE } from '../domain/attachment.js';
import { deadlineOf } from '../domain/message.js';
import { asksFor, fillIn } from '../domain/placeholders.js';
import { WelcomeCoupons } from '../domain/welcome-coupons.js';
import type { WelcomeOccasion } from '../persistence/message-repository.js';
import { CustomerName } from './customer-name.js';
import type { WelcomePlan } from './plan-welcome.js';

type GreetPlan = Extract<WelcomePlan, { kind: 'greet' }>;

export interface ComposedWelcome {
  readonly message: ContactMessage;
  /** With those whose file WeCom does not have, and coupons that there were not for him. */
  readonly attachmentsLeftOut: number;
}

/** A coupon needs the customer, whom our mirror learns of at the same moment; the call itself needs the rest of the 20 s. */
const COUPON_WAIT_MAX_MS = 6_000;

/** What one new friend is sent: the plan, with what is his own. Outside any unit of work. */
@Injectable()
export class ComposeWelcome {
  private readonly logger = new Logger('Welcome');

  constructor(
    private readonly names: CustomerName,
    private readonly clock: Clock,
    @Optional() private readonly coupons?: WelcomeCoupons,
  ) {}

  async compose(corpId: CorpId, occasion: WelcomeOccasion, plan: GreetPlan): Promise<ComposedWelcome> {
    const [text, links] = await Promise.all([
      this.textFor(corpId, occasion, plan),
      Promise.all(plan.coupons.map((coupon) => this.linkFor(corpId, occasion, coupon))),
    ]);
    const found = links.filter((link) => link !== undefined);
    return {
      message: { ...(text !== undefined && { text }), attachments: [...plan.attachments, ...found] },
      attachmentsLeftOut: plan.attachmentsLeftOut + links.length - found.length,
    };
  }

  private async textFor(
    corpId: CorpId,
    { externalUserId }: WelcomeOccasion,
    { text, values }: GreetPlan,
  ): Promise<string | undefined> {
    if (text === null) return undefined;
    const customer = asksFor(text, 'customer') ? await this.names.read(corpId, externalUserId) : undefined;
    return fillIn(text, { ...values, customer });
  }

  private async linkFor(
    corpId: CorpId,
    occasion: WelcomeOccasion,
    { batchId, url, ...link }: GreetPlan['coupons'][number],
  ): Promise<ContactAttachment | undefined> {
    const { welcomeCode, externalUserId } = occasion;
    const deadlineMs = Math.min(deadlineOf(occasion), this.clock.now().getTime() + COUPON_WAIT_MAX_MS);
    const offer = { batchId, welcomeCode, externalUserId };
    const code = await this.coupons?.claimCodeFor(corpId, offer, deadlineMs).catch((error: unknown) => {
      // the code lives 20 s: a greeting without a coupon is worth more than none
      this.logger.error(`a welcome goes without its coupon: ${describeFailure(error)}`);
    });
    if (code === undefined) return undefined;
    return { kind: 'link', ...link, url: url.replaceAll(CLAIM_CODE_PLACE, code) };
  }
}
