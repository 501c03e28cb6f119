/**
 * `relevel`: bringing all members of a program to a new version of its levels, as an operation that goes on behind the last
 * part committed, with the history of each who moved, the events that tell it and the wake-ups of those who listen, against
 * one bare UPDATE … FROM that writes the same columns of the same rows and nothing else. Both move the same 42 % of the
 * members there and back, in turn, and judge all of them. `MEMBERS=100000` makes it smaller while one works on it.
 */
import { presetLevels } from '../src/modules/loyalty/levels/domain/preset-levels.js';
import { startLevelsWorld } from '../test/modules/loyalty/levels-world.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { BareRelevel } from './reference/relevel.js';

const TARGET = 0.3;
const MEMBERS = Number(process.env['MEMBERS'] ?? 1_000_000);
const SCORES_BELOW = 10_000;
const STEEPER = 1.5;
const versions = [1, STEEPER].map((times) =>
  presetLevels.map((level) => ({ ...level, threshold: level.threshold * times })),
);

const world = await startLevelsWorld();
const bare = new BareRelevel(world.http.database.appUrl, world.corpId, world.program.id);
let current = 0;
let moved = 0;

/** The other one of the two versions; what the last run left dead is gone before the next one begins. */
async function next() {
  await world.http.sql('VACUUM loyalty.member_levels');
  await world.http.sql('CHECKPOINT').catch(() => undefined); // only a superuser may
  current = 1 - current;
  return versions[current] ?? [];
}

async function own(): Promise<number> {
  const levels = await next();
  const { body: table } = await world.call('POST', `${world.programPath}/level-tables`, { levels });
  const startedAt = performance.now();
  const path = `/v1/loyalty/level-tables/${table.id}/activate`;
  await world.call('POST', path, { downgradesNow: true });
  await world.work();
  const seconds = (performance.now() - startedAt) / 1000;
  const [run] = await world.sql<{ state: string; result: { moves: { members: number }[] } }>(
    'SELECT state, result FROM platform.operations WHERE corp_id = $1 ORDER BY id DESC LIMIT 1',
    [world.corpId],
  );
  const count = run?.result.moves.reduce((sum, { members }) => sum + members, 0) ?? 0;
  if (run?.state !== 'succeeded' || count !== moved) throw new Error(`${count} members moved, not ${moved}`);
  return seconds;
}

async function reference(): Promise<number> {
  const { seconds, rows } = await bare.run(await next());
  moved = rows;
  return seconds;
}

try {
  await bare.open();
  await world.activate({ levels: versions[0] });
  await fill();
  const comparison = await alternate({ own, reference });
  printFigure('relevel members', MEMBERS, '');
  printFigure('relevel members moved', moved, '');
  printFigure('relevel own', quantile(comparison.own, 0.5), 's');
  printFigure('relevel reference', quantile(comparison.reference, 0.5), 's');
  printComparison('relevel', comparison, TARGET);
} finally {
  await bare.close();
  await world.close();
}

async function fill(): Promise<void> {
  await world.sql(
    `WITH member AS (
       -- ids as the application makes them, in the order of time
       INSERT INTO loyalty.members (corp_id, id, program_id, customer_id, joined_at)
       SELECT $1, (lpad(to_hex(1790000000000 + n), 12, '0') || '70008000' || substr(md5(n::text), 1, 12))::uuid, $2,
              gen_random_uuid(), now() - interval '1 day' FROM generate_series(1, $3::int) AS n
       RETURNING *)
     INSERT INTO loyalty.member_levels (corp_id, program_id, member_id, customer_id, level, since, changed_at, score, uncounted,
            anchor_at, period_from, period_score, is_told, is_locked, look_at, version)
     SELECT $1, $2, id, customer_id, ($4::text[])[width_bucket(score, $5::bigint[])], joined_at, joined_at, score, 0, joined_at,
            joined_at, score, false, false, CASE WHEN score >= $6 THEN joined_at + interval '11 months' END, 1
       FROM member, LATERAL (SELECT (abs(hashtext(id::text)::bigint) % $7::int)::bigint AS score) s`,
    [
      world.corpId,
      world.program.id,
      MEMBERS,
      presetLevels.map(({ key }) => key),
      presetLevels.map(({ threshold }) => threshold),
      presetLevels[1]?.threshold,
      SCORES_BELOW,
    ],
  );
  await world.http.sql('VACUUM ANALYZE loyalty.members, loyalty.member_levels');
}
