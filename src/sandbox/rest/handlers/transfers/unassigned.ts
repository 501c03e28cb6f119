import type { Answer, Call } from '../../endpoint.js';
import { dimissionTime, leftWithinAYear } from './transfer-parties.js';

const PAGE_SIZE_DEFAULT = 1000;

/** Page 92124. Position of the cursor: index of the former member, last relation of his that was given out. */
export function listUnassigned(call: Call): Answer {
  const { corp, host, params } = call;
  const walk = `get_unassigned_list ${corp.corpId}`;
  const [startIndex = 0, startSeq = 0] = host.cursors.decode(walk, params.text('cursor')) ?? [];
  const limit = params.integer('page_size') ?? PAGE_SIZE_DEFAULT;
  const former = corp.state.formerUserIds;
  const found: { index: number; seq: number; userId: string; externalUserId: string }[] = [];
  for (let index = startIndex; index < former.length && found.length <= limit; index += 1) {
    const userId = former[index] ?? '';
    if (!leftWithinAYear(call, userId)) continue;
    let after = index === startIndex ? startSeq : 0;
    while (found.length <= limit) {
      const relations = corp.customers.ofStaff(userId, after, limit + 1 - found.length);
      const last = relations.at(-1);
      if (!last) break;
      after = last.seq;
      for (const { seq, customer } of relations) {
        // One who waits for his new member is no longer unassigned.
        if (host.transfers.waiting(corp.corpId, customer.id)) continue;
        found.push({ index, seq, userId, externalUserId: customer.id });
      }
    }
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const isLast = found.length <= limit;
  return {
    info: page.map(({ userId, externalUserId }) => ({
      handover_userid: userId,
      external_userid: externalUserId,
      dimission_time: dimissionTime(call, userId),
    })),
    is_last: isLast,
    next_cursor: last && !isLast ? host.cursors.encode(walk, [last.index, last.seq]) : '',
  };
}
