import type { GroupChat, StaffMember } from '../../../world/corp.types.js';
import type { Answer, Call } from '../../endpoint.js';
import { isListed } from '../../visible-range.js';
import { WecomError } from '../../wecom-error.js';
import { leftWithinAYear, takeoverMember } from './transfer-parties.js';

/** Page 92127: groups of owners who left. Lists the failures only. */
export function transferGroupsOfResigned(call: Call): Answer {
  return transfer(call, (chat, taker) => {
    if (call.corp.findStaff(chat.ownerUserId)) throw new WecomError(90500);
    if (chat.status === 2) throw new WecomError(90507);
    if (chat.status === 3) throw new WecomError(90508);
    if (!leftWithinAYear(call, chat.ownerUserId)) throw new WecomError(90510);
    giveTo(call, chat, taker, 3);
  });
}

/** Page 95703: groups of owners on the job, two transfers a group within 90 natural days. */
export function transferGroupsOnJob(call: Call): Answer {
  return transfer(call, (chat, taker) => {
    if (!call.corp.findStaff(chat.ownerUserId)) throw new WecomError(90502);
    if (isListed([chat.ownerUserId], taker.userId)) throw new WecomError(90504);
    // No page names the code for a third transfer of a group; that of customers stands in.
    if (!call.host.transfers.takeGroupTurn(call.corp.corpId, chat.id, call.nowS)) throw new WecomError(40128);
    giveTo(call, chat, taker, 0);
  });
}

function transfer(call: Call, give: (chat: GroupChat, taker: StaffMember) => void): Answer {
  const taker = takeoverMember(call, call.params.text('new_owner'));
  const failed = call.params.texts('chat_id_list').flatMap((chatId) => {
    try {
      const chat = call.corp.findGroupChat(chatId);
      if (!chat || chat.dismissed) throw new WecomError(chat ? 49008 : 40050);
      if (chat.internal) throw new WecomError(90501);
      give(chat, taker);
      return [];
    } catch (error) {
      if (!(error instanceof WecomError)) throw error;
      return [{ chat_id: chatId, errcode: error.errcode, errmsg: error.message }];
    }
  });
  return { failed_chat_list: failed };
}

/** No callback: changes by API never produce one (page 92130). */
function giveTo(call: Call, chat: GroupChat, taker: StaffMember, status: number): void {
  const { corp, host, nowS } = call;
  // No page names the code above 300 groups of one owner a day.
  if (!host.transfers.takeOwnerTurn(corp.corpId, chat.ownerUserId, nowS)) throw new WecomError(45009);
  host.groupLag.remember(chat.id, chat);
  chat.ownerUserId = taker.userId;
  chat.status = status;
  if (!chat.members.some((member) => member.id === taker.userId)) {
    const { userId, name } = taker;
    chat.members.push({ id: userId, type: 1, joinedAt: nowS, joinScene: 1, name });
  }
  host.world.changed();
}
