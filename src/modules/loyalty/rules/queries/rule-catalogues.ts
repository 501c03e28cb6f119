import { Injectable } from '@nestjs/common';
import { CustomersFacade, EventTypes } from '../../../customers/index.js';
import type { Program } from '../../programs/domain/program.js';
import type { RuleCatalogue } from '../domain/check-rule.js';
import { MODULE_TRIGGERS } from '../domain/triggers.js';

/** What rules may name: events and their properties, fields of profiles, wallets. Inside an open unit of work. */
@Injectable()
export class RuleCatalogues {
  constructor(
    private readonly types: EventTypes,
    private readonly customers: CustomersFacade,
  ) {}

  async of(program: Program): Promise<RuleCatalogue> {
    const types = await this.types.byKey();
    const own = [...types.values()].map(({ key, fields }) => [key, fields] as const);
    return {
      triggers: new Map([...own, ...Object.entries(MODULE_TRIGGERS)]),
      profileFields: new Set(await this.customers.profileFieldKeys()),
      wallets: new Set(program.wallets.map(({ key }) => key)),
    };
  }
}
