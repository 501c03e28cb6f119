import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readMessage } from './callback-message.js';
import { typedEventsOf } from './typed-event.js';

const folder = path.join(import.meta.dirname, '../../../test/fixtures/wecom/events');
/** Not what WeCom sends inside: outer envelopes, and what we could answer. */
const examples = readdirSync(folder).filter((file) => !/^(envelope|reply)\./.test(file));

const TYPED: Record<string, string> = {
  change_external_contact: 'wecom.contact_changed',
  change_external_chat: 'wecom.group_chat_changed',
  change_external_tag: 'wecom.corp_tag_changed',
  change_contact: 'wecom.directory_changed',
  subscribe: 'wecom.directory_changed',
  unsubscribe: 'wecom.directory_changed',
};

function read(file: string) {
  const message = readMessage(readFileSync(path.join(folder, file), 'utf8'));
  const happenedAt = (message.happenedAt ?? new Date(0)).toISOString();
  const [typed, ...more] = typedEventsOf(message, { happenedAt, receivedAt: 'later' });
  return { message, typed, more };
}

describe('example events of the contract', () => {
  it('are there', () => {
    expect(examples.length).toBeGreaterThan(80);
  });

  it.each(examples)('%s is understood or kept under its own name', (file) => {
    const { message, typed } = read(file);
    const stem = file.replace(/\.xml$/, '');
    const expected = stem.startsWith('suite.') || stem.startsWith('message.') ? stem : message.event;
    expect(stem.startsWith(message.event) || expected.startsWith(message.event)).toBe(true);
    expect(message.event).not.toBe('unknown');
    expect(message.happenedAt?.getTime()).toBeGreaterThan(Date.parse('2024-01-01'));
    expect(typed?.definition.name).toBe(TYPED[message.event]);
  });

  it('keys messages by MsgId and everything else by its content', () => {
    expect(read('message.text.xml').message.dedupeKey).toBe('msg:7123456789012345678');
    expect(read('enter_agent.xml').message.dedupeKey).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('typed events', () => {
  it('carry the fields of a contact change', () => {
    expect(read('change_external_contact.add_external_contact.xml').typed?.payload).toEqual({
      changeType: 'add_external_contact',
      userId: 'zhangsan',
      externalUserId: 'wmExAmPlEAAAA5b0yQJ2kV9sLd3fHt7g',
      state: 'ch_8f3a21',
      happenedAt: '2025-01-01T00:00:07.000Z',
    });
    expect(read('change_external_contact.del_external_contact.by_transfer.xml').typed?.payload).toMatchObject(
      {
        source: 'DELETE_BY_TRANSFER',
      },
    );
    expect(read('change_external_contact.transfer_fail.xml').typed?.payload).toMatchObject({
      changeType: 'transfer_fail',
      failReason: 'customer_refused',
    });
  });

  it('say that a welcome is due where the callback carries a code', () => {
    expect(read('change_external_contact.add_external_contact.xml').more).toEqual([
      {
        definition: expect.objectContaining({ name: 'wecom.welcome_due' }),
        payload: {
          userId: 'zhangsan',
          externalUserId: 'wmExAmPlEAAAA5b0yQJ2kV9sLd3fHt7g',
          welcomeCode: expect.any(String),
          happenedAt: '2025-01-01T00:00:07.000Z',
          receivedAt: 'later',
        },
      },
    ]);
    expect(read('change_external_contact.del_external_contact.xml').more).toEqual([]);
  });

  it('say where to look when a hand-over ended', () => {
    for (const file of ['transfer_fail', 'del_external_contact.by_transfer']) {
      const { typed, more } = read(`change_external_contact.${file}.xml`);
      expect(more).toEqual([
        {
          definition: expect.objectContaining({ name: 'wecom.handover_reported' }),
          payload: {
            externalUserId: (typed!.payload as { externalUserId: string }).externalUserId,
            happenedAt: expect.any(String),
          },
        },
      ]);
    }
  });

  it('carry members and versions of a group change, and stand without them', () => {
    expect(read('change_external_chat.update.add_member.xml').typed?.payload).toMatchObject({
      changeType: 'update',
      updateDetail: 'add_member',
      joinScene: 3,
      memberIds: ['wmExAmPlEAAAA5b0yQJ2kV9sLd3fHt7g', 'woExAmPlEAAAAp4Rz8Nc1Xa6Je2Um5Kw'],
      lastMemberVersion: '3f9a0c7be1d24856a0b1c2d3e4f50617',
      memberVersion: 'a81d5e2c90f74b36b7c8d9eafb0c1d2e',
    });
    expect(read('change_external_chat.dismiss.xml').typed?.payload).toMatchObject({ changeType: 'dismiss' });
  });

  it('know a shuffle of all groups, a strategy tag and a renamed userid', () => {
    expect(read('change_external_tag.shuffle.all.xml').typed?.payload).toMatchObject({
      changeType: 'shuffle',
    });
    expect(read('change_external_tag.create.tag.strategy.xml').typed?.payload).toMatchObject({
      tagType: 'tag',
      strategyId: expect.any(String),
    });
    expect(read('change_contact.update_user.xml').typed?.payload).toMatchObject({
      userId: 'zhangsan',
      newUserId: 'zhangsan001',
    });
    expect(read('change_contact.create_party.xml').typed?.payload).toMatchObject({
      departmentId: expect.any(Number),
    });
  });

  it('are missing, not broken, when a change type is new or an id is not there', () => {
    const typed = (xml: string) => typedEventsOf(readMessage(xml), { happenedAt: 'now', receivedAt: 'now' });
    const event = (inner: string) => `<xml><MsgType>event</MsgType>${inner}</xml>`;
    for (const inner of [
      '<Event>change_external_contact</Event><ChangeType>brand_new</ChangeType><UserID>a</UserID><ExternalUserID>b</ExternalUserID>',
      '<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>a</UserID>',
      '<Event>change_external_chat</Event><ChangeType>update</ChangeType>',
      '<Event>change_external_tag</Event><ChangeType>delete</ChangeType><Id></Id>',
      '<Event>change_contact</Event><ChangeType>delete_user</ChangeType>',
      '<Event>change_contact</Event><ChangeType>delete_party</ChangeType><Id>x</Id>',
      '<Event>nobody_knows</Event>',
      '',
    ]) {
      expect(typed(event(inner))).toEqual([]);
    }
  });
});
