import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { HandoverGateway, type UnassignedCustomer, WecomApiError } from '../../../../wecom/index.js';
import { ShowHandovers } from './show-handovers.js';

/** Binds WeCom's cursor to this list; ours carries it, so that a foreign one is refused. */
const LIST = { list: 'unassigned-customers' };
const BAD_CURSOR = 50100;

export interface UnassignedPage {
  /** Each with our id of the customer, where we know him. */
  readonly items: readonly { readonly item: UnassignedCustomer; readonly customerId: string | undefined }[];
  readonly nextCursor: string | undefined;
}

/** Customers of members who left, whom nobody has taken over, as WeCom lists them now. Opens its own units of work. */
@Injectable()
export class ListUnassigned {
  constructor(
    private readonly wecom: HandoverGateway,
    private readonly unit: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly handovers: ShowHandovers,
  ) {}

  /** @throws http.cursor_invalid, also when WeCom's has died; WecomApiError */
  async list(corpId: CorpId, cursor: string | undefined, limit: number): Promise<UnassignedPage> {
    const after = await this.unit.read(corpId, async () =>
      this.cursors.decode<{ wecom: string }>(LIST, cursor),
    );
    const { items, nextCursor } = await this.read(corpId, after?.wecom ?? '', limit);
    return this.unit.read(corpId, async () => {
      const ids = await this.handovers.customerIdsOf(items.map(({ externalUserId }) => externalUserId));
      return {
        items: items.map((item) => ({ item, customerId: ids.get(item.externalUserId) })),
        nextCursor: nextCursor === '' ? undefined : this.cursors.encode(LIST, { wecom: nextCursor }),
      };
    });
  }

  private async read(corpId: CorpId, cursor: string, limit: number) {
    try {
      return await this.wecom.listUnassigned(corpId, cursor, limit);
    } catch (error) {
      if (error instanceof WecomApiError && error.errcode === BAD_CURSOR) throw httpErrors.cursor_invalid();
      throw error;
    }
  }
}
