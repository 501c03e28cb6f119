import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { law } from '../support/law.js';
import { SandboxProcess, stopSandboxProcesses } from '../support/sandbox-process.js';

const folder = mkdtempSync(path.join(tmpdir(), 'large-world-'));
const NO_LIMITS = { callsPerMinute: 1e9, callsPerHour: 1e9, callsPerMinuteOfIp: 1e9, callsPerHourOfIp: 1e9 };

afterAll(async () => {
  await stopSandboxProcesses();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * The sandbox computes its customers from the seed: the same seed gives the same world, walking the members finds
 * every customer as asking for him does, changes show in both and outlive a restart, and neither memory nor the world
 * file grows with the number of customers. Memory and start are those of `npm run sandbox` with its compiler.
 */
law(
  'large-world',
  {
    small: { customers: 20_000, relations: 1.5, tags: 3, samples: 100, rssMbMax: 300 },
    full: { customers: 1_000_000, relations: 1.5, tags: 3, samples: 1000, rssMbMax: 300 },
  },
  async ({ figures, seed, random, note }) => {
    const { customers, relations, tags, samples } = figures;
    const size = {
      SANDBOX_CUSTOMERS: String(customers),
      SANDBOX_RELATIONS: String(relations),
      SANDBOX_TAGS: String(tags),
    };
    const kept = { SANDBOX_DATA_FILE: path.join(folder, 'world.json') };
    const world = await start({ SANDBOX_SEED: String(seed), ...size, ...kept });
    note('startMs', world.startMs);
    const beforeSummary = performance.now();
    const summary = (await world.control('world')).corps[0];
    note('summaryMs', Math.round(performance.now() - beforeSummary));

    const chosen = new Set(Array.from({ length: samples }, () => Math.floor(random() * customers)));
    const first = await walk(world, chosen);
    note('pagesPerSecond', first.pagesPerSecond);
    expect(first.customers).toBe(customers);
    expect(first.relations).toBe(summary.followRelations);
    expect(summary.customers).toBe(customers);
    expect(Math.abs(first.relations / customers - relations)).toBeLessThan(0.05);
    expect(Math.abs(first.tags / customers - tags)).toBeLessThan(0.15);
    for (const item of first.sample) expect(await seenAlone(world, item)).toEqual(item);

    const changing = performance.now();
    const expected = await changeAll(world, first.sample);
    note('changeMs', Math.round((performance.now() - changing) / expected.size));
    const second = await walk(world, chosen);
    for (const [pair, remark] of expected) expect([pair, second.remarks.get(pair)]).toEqual([pair, remark]);
    expect(second.remarks.size).toBe((await world.control('world')).corps[0].followRelations);
    note('rssMb', world.rssMb());
    expect(world.rssMb()).toBeLessThan(figures.rssMbMax);

    await world.stop();
    const fileKb = Math.round(statSync(kept.SANDBOX_DATA_FILE).size / 1000);
    note('fileKb', fileKb);
    expect(fileKb).toBeLessThan(100 + samples + customers / 1000);
    const again = await start({ ...kept, SANDBOX_SEED: 'ignored', SANDBOX_CUSTOMERS: '5' });
    expect((await walk(again, chosen)).digest).toBe(second.digest);
    await again.stop();
    const twin = await start({ SANDBOX_SEED: String(seed), ...size });
    expect((await walk(twin, chosen)).digest).toBe(first.digest);
    await twin.stop();
    const other = await start({ SANDBOX_SEED: `${seed}/other`, SANDBOX_CUSTOMERS: '500' });
    expect((await walk(other, chosen)).digest).not.toBe(first.digest);
  },
);

async function start(env: Record<string, string>): Promise<SandboxProcess> {
  const world = await SandboxProcess.start(env);
  await world.control('switches', NO_LIMITS);
  return world;
}

/** One relation as batch/get_by_user gives it. */
type Item = { external_contact: any; follow_info: any };
const pairOf = ({ external_contact, follow_info }: Item) =>
  `${follow_info.userid} ${external_contact.external_userid}`;

/** Every relation of every member, page by page. */
async function walk(world: SandboxProcess, chosen: ReadonlySet<number>) {
  const { follow_user } = await world.get('externalcontact/get_follow_user_list', {});
  const seen = new Set<string>();
  const remarks = new Map<string, string>();
  const sample: Item[] = [];
  const digest = createHash('sha256');
  let tags = 0;
  let pages = 0;
  const startedAt = performance.now();
  for (let at = 0; at < follow_user.length; at += 100) {
    const userid_list = follow_user.slice(at, at + 100);
    for (let cursor: string | undefined; cursor !== ''; pages += 1) {
      const body = { userid_list, cursor, limit: 100 };
      const page = await world.post('externalcontact/batch/get_by_user', body);
      for (const item of page.external_contact_list as Item[]) {
        if (chosen.has(remarks.size)) sample.push(item);
        seen.add(item.external_contact.external_userid);
        remarks.set(pairOf(item), item.follow_info.remark);
        tags += item.follow_info.tag_id.length;
        digest.update(JSON.stringify(item));
      }
      cursor = page.next_cursor as string;
    }
  }
  const pagesPerSecond = Math.round((pages * 1000) / (performance.now() - startedAt));
  const relations = remarks.size;
  return {
    customers: seen.size,
    relations,
    tags,
    remarks,
    sample,
    pagesPerSecond,
    digest: digest.digest('hex'),
  };
}

/** The same relation as externalcontact/get gives it. */
async function seenAlone(world: SandboxProcess, { external_contact, follow_info }: Item): Promise<Item> {
  const { external_userid } = external_contact;
  const answer = await world.get('externalcontact/get', { external_userid });
  const { tags, ...follow } = answer.follow_user.find((one: any) => one.userid === follow_info.userid);
  const tag_id = tags.filter((tag: any) => tag.type === 1).map((tag: any) => tag.tag_id);
  return { external_contact: answer.external_contact, follow_info: { ...follow, tag_id } };
}

/** A third is edited, a third ends, and a third of their members get a new customer. By pair: the remark, none when ended. */
async function changeAll(world: SandboxProcess, sample: readonly Item[]) {
  const expected = new Map<string, string | undefined>();
  for (const [number, item] of sample.entries()) {
    const userId = item.follow_info.userid;
    const pair = { userId, externalUserId: item.external_contact.external_userid };
    const remark = `改${number}`;
    if (number % 3 === 0) {
      await world.control('events', { type: 'editRemark', ...pair, remark });
      expected.set(pairOf(item), remark);
    } else if (number % 3 === 1) {
      await world.control('events', { type: 'customerDeletesStaff', ...pair });
      expected.set(pairOf(item), undefined);
    } else {
      const { externalUserId } = await world.control('events', { type: 'addCustomer', userId });
      expected.set(`${userId} ${externalUserId}`, '');
    }
  }
  return expected;
}
