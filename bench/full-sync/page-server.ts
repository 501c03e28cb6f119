/**
 * Serves `batch/get_by_user` as WeCom would, from pages that were made once: a process of its own, so that making and
 * sending them costs the measured process nothing. `CUSTOMERS` says how many.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Person, personOf, staffCount, staffId } from './people.js';

const PAGE = 100;
const customers = Number(process.env['CUSTOMERS']);
const staffIds = Array.from({ length: staffCount(customers) }, (_, staff) => staffId(staff));
const itemsOf = new Map<string, string[]>(staffIds.map((id) => [id, []]));
for (let index = 0; index < customers; index++) {
  const person = personOf(index, customers);
  person.follows.forEach((_, nth) => {
    const item = itemOf(person, nth);
    itemsOf.get(item.follow_info.userid)?.push(JSON.stringify(item));
  });
}
/** By the body of the request. */
const pages = new Map<string, Buffer>();

function itemOf(person: Person, nth: number) {
  const follow = person.follows[nth];
  if (!follow) throw new Error('no such relation');
  const userid = staffId(follow.staff);
  return {
    external_contact: {
      external_userid: person.externalUserId,
      name: person.name,
      type: 1,
      avatar: person.avatar,
      gender: person.gender,
      unionid: person.unionId,
    },
    follow_info: {
      userid,
      remark: person.remark,
      description: person.description,
      createtime: follow.followedAt,
      remark_mobiles: [],
      add_way: person.addWay,
      oper_userid: userid,
      state: person.state,
      tag_id: follow.tagIds,
    },
  };
}

function makePage(body: string): Buffer {
  // reason for the cast: our own gateway has written it
  const { userid_list: userIds, cursor } = JSON.parse(body) as { userid_list: string[]; cursor: string };
  const items = userIds.flatMap((userId) => itemsOf.get(userId) ?? []);
  const start = Number(cursor || 0);
  const next = start + PAGE < items.length ? String(start + PAGE) : '';
  const list = items.slice(start, start + PAGE).join(',');
  return Buffer.from(`{"errcode":0,"errmsg":"ok","external_contact_list":[${list}],"next_cursor":"${next}"}`);
}

function recordedPage(body: string): Buffer {
  const known = pages.get(body);
  if (known) return known;
  const page = makePage(body);
  pages.set(body, page);
  return page;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // reason: a request without encoding gives buffers
  response.setHeader('content-type', 'application/json');
  response.end(answerTo(request.url ?? '', Buffer.concat(chunks).toString()));
}

function answerTo(url: string, body: string): Buffer | string {
  if (url.includes('/gettoken')) return '{"errcode":0,"access_token":"token","expires_in":7200}';
  if (url.includes('/get_follow_user_list')) return JSON.stringify({ errcode: 0, follow_user: staffIds });
  if (url.includes('/batch/get_by_user')) return recordedPage(body);
  return '{"errcode":43009}';
}

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // reason: it listens on TCP
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${port}` });
});
process.on('disconnect', () => process.exit());
