import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { ContactsGateway } from '../../../wecom/index.js';

/** A greeting in time without the name is worth more than one with it that is late. */
const WAIT_MAX_MS = 1_500;

/** Asks WeCom what a new friend is called: our mirror learns it at the same moment, and may be later. */
@Injectable()
export class CustomerName {
  constructor(private readonly contacts: ContactsGateway) {}

  /** Undefined when WeCom does not say so in time. Outside any unit of work. */
  async read(corpId: CorpId, externalUserId: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, WAIT_MAX_MS, undefined);
      const know = (name: string | undefined): void => {
        clearTimeout(patience);
        resolve(name);
      };
      this.contacts.getContact(corpId, externalUserId).then(
        (contact) => know(contact.name),
        () => know(undefined), // the text has a fallback
      );
    });
  }
}
