/**
 * `npm run loyalty:verify`: recomputes every hash, balance, version and lot of the points ledger behind DATABASE_URL and says
 * which place does not fit. Reads only, while the application runs.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listCorps } from '../invariants/corps.js';
import { type LedgerFault, verifyLedger } from '../invariants/verify-ledger.js';
import { toPublicId } from '../platform/context/typed-id.js';
import { withClient } from '../platform/database/with-client.js';

type Print = (line: string) => void;

/** @returns the exit code: 0 all fits, 1 something was changed past the application, 2 it could not be told. */
export async function loyaltyVerify(env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const url = env['DATABASE_URL'];
  if (!url) {
    print('DATABASE_URL is not set: the database whose points are verified.');
    print('未设置 DATABASE_URL：请指定要校验积分账本的数据库。');
    return 2;
  }
  try {
    const faults = await verifyAll(url, print);
    print(
      faults === 0
        ? 'Every entry is as it was booked. 账本完整，未发现改动。'
        : `${faults} places do not fit. 发现 ${faults} 处不一致。`,
    );
    return faults === 0 ? 0 : 1;
  } catch (error) {
    // the message alone: a stack or the error's fields could show the URL with its password
    print(`Failed | 失败: ${error instanceof Error ? error.message : 'unknown error'}`);
    return 2;
  }
}

function verifyAll(url: string, print: Print): Promise<number> {
  return withClient(url, async (client) => {
    let broken = 0;
    for (const corpId of await listCorps(client)) {
      const { accounts, entries, faults } = await verifyLedger(client, corpId);
      print(`${toPublicId('corp', corpId)}: ${accounts} accounts 账户, ${entries} entries 流水`);
      for (const fault of faults) print(`  ${lineOf(fault)}`);
      broken += faults.length;
    }
    return broken;
  });
}

/** `acc_… entry 7: delta is 15, must be 10` */
function lineOf({ accountId, seq, field, found, expected }: LedgerFault): string {
  const place = `${toPublicId('acc', accountId)}${seq === null ? '' : ` entry 流水 ${seq}`}`;
  const must = expected === null ? '' : `, must be 应为 ${expected}`;
  return found === null ? `${place}: does not fit 不一致` : `${place}: ${field} is 现为 ${found}${must}`;
}

const isEntry =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) process.exitCode = await loyaltyVerify(process.env, (line) => process.stdout.write(`${line}\n`));
