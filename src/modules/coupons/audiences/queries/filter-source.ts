import { Injectable } from '@nestjs/common';
import { CustomersFacade } from '../../../customers/index.js';
import type { Audience } from '../domain/audience.js';
import { MemberSource, type MembersStatement } from '../domain/member-source.js';

/** The customers of a filter. */
@Injectable()
export class FilterSource extends MemberSource {
  constructor(private readonly customers: CustomersFacade) {
    super();
  }

  statement({ filter }: Pick<Audience, 'filter'>): Promise<MembersStatement> {
    return this.customers.statementOf(filter ?? {});
  }
}
