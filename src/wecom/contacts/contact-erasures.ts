import { Injectable } from '@nestjs/common';

/** Forgets what is personal of these contacts (`external_userid`), inside the unit of work that erases them. */
export type ForgetContacts = (externalUserIds: readonly string[]) => Promise<void>;

/**
 * Modules that keep contacts by WeCom's ids forget them together with the customers: an event that named them would itself
 * be something to forget.
 */
@Injectable()
export class ContactErasures {
  private readonly keepers: ForgetContacts[] = [];

  /** Call it in `onModuleInit`. */
  register(forget: ForgetContacts): void {
    this.keepers.push(forget);
  }

  /** Inside an open unit of work. */
  async forget(externalUserIds: readonly string[]): Promise<void> {
    if (externalUserIds.length === 0) return;
    for (const forget of this.keepers) await forget(externalUserIds);
  }
}
