import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactErasures } from '../../../wecom/index.js';
import { MemberRepository } from '../persistence/member-repository.js';

/** Who was in a group is forgotten with the customer. */
@Injectable()
export class ForgetContacts implements OnModuleInit {
  constructor(
    private readonly erasures: ContactErasures,
    private readonly members: MemberRepository,
  ) {}

  onModuleInit(): void {
    this.erasures.register((externalUserIds) => this.members.forget(externalUserIds));
  }
}
