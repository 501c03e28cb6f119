import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { withClient } from '../database/with-client.js';
import { AppError } from '../errors/app-error.js';
import { blindIndexUnder } from './blind-index.js';
import { cryptoErrors } from './crypto.errors.js';
import { type EncryptedColumn, encryptedColumns } from './encrypted-columns.js';
import { Envelopes } from './envelopes.js';
import { MasterKeys, MasterKeysError } from './master-keys.js';
import { type RenewedRow, type SealedRow, SealedRows } from './sealed-rows.js';

const LOCKED_ROWS_WAIT_MS = 200;

export interface RotationOptions {
  /** The app role is enough. */
  readonly databaseUrl: string;
  /** The new key first, then all that still seal something. */
  readonly masterKeys: MasterKeys;
  /** Takes one line of progress. */
  readonly print: (line: string) => void;
}

export interface RotationResult {
  /** Envelopes that were sealed anew. */
  readonly resealed: number;
  /** Envelopes that nobody can open; they stay as they are, and so does the need for their key. */
  readonly damaged: number;
  /** Keys that no row uses any more: safe to take out of MASTER_KEYS. */
  readonly unusedKeyIds: readonly string[];
}

/**
 * Seals every envelope that is not under the current key anew, with its blind index, while the application serves: all
 * its processes must already run with the new key first. It may be stopped at any time and started again.
 *
 * The caller imports the modules whose columns are registered.
 * @throws MasterKeysError when no process has started with the new key yet, or a key that is still needed is missing
 */
export function rotateMasterKeys(options: RotationOptions): Promise<RotationResult> {
  return withClient(options.databaseUrl, (client) => new Rotation(client, options).run());
}

class Rotation {
  private readonly envelopes: Envelopes;
  private readonly currentKeyId: string;
  private readonly prefix: string;
  private readonly damaged = new Set<string>();
  private resealed = 0;

  constructor(
    private readonly client: Client,
    private readonly options: RotationOptions,
  ) {
    this.envelopes = new Envelopes(options.masterKeys);
    this.currentKeyId = options.masterKeys.currentId;
    this.prefix = `v1.${this.currentKeyId}.`;
  }

  async run(): Promise<RotationResult> {
    await this.assertKeyIsServed();
    const { rows: corps } = await this.client.query<{ id: string }>(
      'SELECT id FROM platform.corps ORDER BY id',
    );
    const used = new Set<string>();
    for (const column of encryptedColumns()) {
      for (const { id: corpId } of corps) {
        const sealedRows = await SealedRows.of(this.client, corpId, column);
        await this.reseal(sealedRows, corpId, column);
        const keyIds = await this.inCorp(corpId, () => sealedRows.usedKeyIds());
        for (const keyId of keyIds) used.add(keyId);
      }
    }
    const unusedKeyIds = await this.unusedKeyIds(used);
    this.report(unusedKeyIds);
    return { resealed: this.resealed, damaged: this.damaged.size, unusedKeyIds };
  }

  /** A process that does not hold the new key could not read what is sealed with it from now on. */
  private async assertKeyIsServed(): Promise<void> {
    const keyId = this.currentKeyId;
    const { rows } = await this.client.query<{ check_value: string }>(
      'SELECT check_value FROM platform.key_checks WHERE key_id = $1',
      [keyId],
    );
    if (rows[0]?.check_value === this.options.masterKeys.checkOf(keyId)) return;
    throw new MasterKeysError(
      `No process has started with key "${keyId}" yet: restart all of them with the new key first, then rotate.`,
      `还没有进程使用密钥 "${keyId}" 启动：请先让所有进程以新密钥（放在首位）重启，再轮换。`,
    );
  }

  /** Passes over the rows until none is left: rows that somebody else held are met again in the next pass. */
  private async reseal(sealedRows: SealedRows, corpId: string, column: EncryptedColumn): Promise<void> {
    const name = `${column.table}.${column.column}`;
    const countLeft = () => this.inCorp(corpId, () => sealedRows.countLeft(this.prefix, [...this.damaged]));
    for (let left = await countLeft(), pass = 1; left > 0; left = await countLeft(), pass++) {
      this.options.print(`${name}: ${left} to seal anew in corp ${corpId}`);
      if (pass > 1) await sleep(LOCKED_ROWS_WAIT_MS);
      let last: SealedRow | undefined;
      do {
        last = await this.inCorp(corpId, async () => {
          const rows = await sealedRows.lockBatch(this.prefix, last);
          const renewed = rows.flatMap((row) => this.renew(corpId, column, row));
          if (renewed.length > 0) this.resealed += await sealedRows.store(renewed);
          return rows.at(-1);
        });
        if (last) this.options.print(`${this.resealed} sealed anew`);
      } while (last);
    }
  }

  private renew(corpId: string, column: EncryptedColumn, row: SealedRow): RenewedRow[] {
    const place = { corpId, table: column.table, column: column.column, rowId: row.id };
    try {
      const plain = this.envelopes.open(row.sealed, place);
      const value = column.blindIndex?.normalise(plain);
      const index =
        value === undefined
          ? undefined
          : blindIndexUnder(this.options.masterKeys, this.currentKeyId, corpId, value);
      return [{ ...row, renewed: this.envelopes.seal(plain, place), index }];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === cryptoErrors.key_missing.code) throw missingKey(String(error.params.keyId));
      this.reportDamage(row, `${place.table}.${place.column}, row ${place.rowId}, corp ${corpId}`);
      return [];
    }
  }

  /** One damaged envelope must not keep all others under an old key: it is named and left. */
  private reportDamage(row: SealedRow, where: string): void {
    if (this.damaged.has(row.sealed)) return;
    this.damaged.add(row.sealed);
    this.options.print(`cannot be opened and stays / 无法解密，保持原样: ${where}`);
  }

  private async unusedKeyIds(used: ReadonlySet<string>): Promise<string[]> {
    const { rows } = await this.client.query<{ key_id: string }>('SELECT key_id FROM platform.key_checks');
    const known = new Set([...rows.map((row) => row.key_id), ...this.options.masterKeys.ids]);
    known.delete(this.currentKeyId);
    return [...known].filter((keyId) => !used.has(keyId)).sort();
  }

  private report(unusedKeyIds: readonly string[]): void {
    const { print } = this.options;
    print(
      `Done: ${this.resealed} sealed anew under key "${this.currentKeyId}" / 完成：已重新加密 ${this.resealed} 条`,
    );
    for (const keyId of unusedKeyIds) {
      print(
        `Key "${keyId}" is no longer used, take it out of MASTER_KEYS / 密钥 "${keyId}" 已不再使用，可以移除`,
      );
    }
  }

  private async inCorp<T>(corpId: string, work: () => Promise<T>): Promise<T> {
    await this.client.query('BEGIN');
    try {
      await this.client.query(`SELECT set_config('app.corp_id', $1, true)`, [corpId]);
      const result = await work();
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => undefined); // the first error tells the story
      throw error;
    }
  }
}

function missingKey(keyId: string): MasterKeysError {
  return new MasterKeysError(
    `Some rows are sealed with key "${keyId}", which MASTER_KEYS does not hold: give it behind the new one.`,
    `部分数据由密钥 "${keyId}" 加密，而 MASTER_KEYS 中没有该密钥：请将其放在新密钥之后。`,
  );
}
