import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type EncryptedColumn, encryptedColumns } from './encrypted-columns.js';
import { MasterKeys, MasterKeysError } from './master-keys.js';

interface KeyCheck {
  key_id: string;
  check_value: string;
}

/**
 * Compares the master keys with the database before anything is served: a dump restored without its key, or a key id
 * that means another key than before, refuses the start instead of failing at the first customer.
 */
@Injectable()
export class KeyChecks implements OnModuleInit {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly db: Database,
    private readonly masterKeys: MasterKeys,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.verify();
  }

  /** @throws MasterKeysError when the keys do not fit this database. */
  async verify(): Promise<void> {
    const stored = await this.unitOfWork.run(undefined, () => this.recordAndList());
    for (const { key_id: keyId, check_value: check } of stored) {
      if (!this.masterKeys.has(keyId)) await this.forgetUnused(keyId);
      else if (check !== this.masterKeys.checkOf(keyId)) {
        throw new MasterKeysError(
          `MASTER_KEYS gives another key under the id "${keyId}" than the one this database was sealed with.`,
          `MASTER_KEYS 中编号 "${keyId}" 的密钥与本数据库加密时使用的不是同一个。`,
        );
      }
    }
  }

  private async recordAndList(): Promise<KeyCheck[]> {
    for (const keyId of this.masterKeys.ids) {
      await this.db.execute(
        'INSERT INTO platform.key_checks (key_id, check_value) VALUES ($1, $2) ON CONFLICT (key_id) DO NOTHING',
        [keyId, this.masterKeys.checkOf(keyId)],
      );
    }
    return this.db.query<KeyCheck>('SELECT key_id, check_value FROM platform.key_checks ORDER BY key_id');
  }

  /**
   * A key that is no longer given is forgotten when nothing is sealed with it any more. Asked here and not at the end of
   * the rotation, because a process that was started with the old order of keys may have sealed something since.
   */
  private async forgetUnused(keyId: string): Promise<void> {
    const corps = await this.unitOfWork.read(undefined, () =>
      this.db.query<{ id: CorpId }>('SELECT id FROM platform.corps'),
    );
    for (const corp of corps) {
      const used = await this.unitOfWork.read(corp.id, () => this.findUse(keyId));
      if (!used) continue;
      throw new MasterKeysError(
        `This database was sealed with key "${keyId}" (${used.table}.${used.column}), which MASTER_KEYS does not hold.`,
        `本数据库使用密钥 "${keyId}" 加密（${used.table}.${used.column}），而 MASTER_KEYS 中没有该密钥。`,
      );
    }
    await this.unitOfWork.run(undefined, () =>
      this.db.execute('DELETE FROM platform.key_checks WHERE key_id = $1', [keyId]),
    );
  }

  private async findUse(keyId: string): Promise<EncryptedColumn | undefined> {
    for (const column of encryptedColumns()) {
      const rows = await this.db.query(
        `SELECT 1 FROM ${column.table} WHERE corp_id = $1 AND starts_with(${column.column}, $2) LIMIT 1`,
        [this.db.corpId, `v1.${keyId}.`],
      );
      if (rows.length > 0) return column;
    }
    return undefined;
  }
}
