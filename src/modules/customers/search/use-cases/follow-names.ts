import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { CustomerFollowers } from '../../contacts/reactions/customer-followers.js';
import { gramsOf } from '../domain/name-grams.js';
import { type CustomerNames, NameIndex, type NamesChange } from '../persistence/name-index.js';

/** A page is one short transaction: writers of the same customers never wait long. */
const PAGE = 500;

/**
 * Keeps what customers are found by equal to their names and remarks. It follows the times at which customers change, not
 * events: so whoever writes names need not know of it, a corp that is upgraded is read from its first customer on, and a
 * sync pays nothing.
 */
@Injectable()
export class FollowNames implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly index: NameIndex,
    private readonly followers: CustomerFollowers,
  ) {}

  onModuleInit(): void {
    this.followers.register('names', (corpId, signal) => this.follow(corpId, signal));
  }

  /** Until everything is read that changed. Opens its own units of work. */
  async follow(corpId: CorpId, signal?: AbortSignal): Promise<void> {
    for (let read = PAGE; read === PAGE;) {
      signal?.throwIfAborted();
      read = await this.unit.run(corpId, () => this.followPage());
    }
  }

  private async followPage(): Promise<number> {
    // with the first name, not with the process: the table of readings weighs as much as a third of it
    const { NAMES_VERSION, searchableNames } = await import('./searchable-names.js');
    const page = await this.index.listAfter(await this.index.lockPosition(NAMES_VERSION), PAGE);
    const changes = page.flatMap((customer) => changeOf(customer, searchableNames(customer.given)));
    if (changes.length > 0) await this.index.store(changes);
    const last = page.at(-1);
    if (last) await this.index.movePosition(NAMES_VERSION, last);
    return page.length;
  }
}

function changeOf({ customerId, found }: CustomerNames, names: string): NamesChange[] {
  if (names === (found ?? '')) return [];
  const before = gramsOf(found ?? '');
  const after = gramsOf(names);
  const added = [...after].filter((gram) => !before.has(gram));
  const removed = [...before].filter((gram) => !after.has(gram));
  return [{ customerId, names, added, removed }];
}
