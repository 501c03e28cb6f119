import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactErasures } from '../../../wecom/index.js';
import { MessageRepository } from '../persistence/message-repository.js';

/** Who was welcomed is forgotten with the customer. */
@Injectable()
export class ForgetContacts implements OnModuleInit {
  constructor(
    private readonly erasures: ContactErasures,
    private readonly messages: MessageRepository,
  ) {}

  onModuleInit(): void {
    this.erasures.register((externalUserIds) => this.messages.forget(externalUserIds));
  }
}
