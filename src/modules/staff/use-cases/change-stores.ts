import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { Connections } from '../../../wecom/index.js';
import { type NewStore, type Store, type StoreChange, STORES_MAX } from '../domain/store.js';
import { StoreRepository } from '../persistence/store-repository.js';
import { Stores } from '../queries/stores.js';
import { staffErrors } from '../staff.errors.js';

/** Inside an open unit of work that writes. */
@Injectable()
export class ChangeStores {
  constructor(
    private readonly stores: Stores,
    private readonly repository: StoreRepository,
    private readonly database: Database,
    private readonly connections: Connections,
  ) {}

  /**
   * @param store without a time zone it is in that of the corp
   * @throws staff.store_exists, store_external_id_taken, stores_full, time_zone_unknown, department_unknown
   */
  async create(store: Omit<NewStore, 'timeZone'> & { timeZone: string | undefined }): Promise<Store> {
    const timeZone = store.timeZone ?? (await this.connections.get(this.database.corpId)).timeZone;
    await this.checkTimeZone(timeZone);
    await this.checkDepartments(store.departmentIds);
    if ((await this.repository.count()) >= STORES_MAX) throw staffErrors.stores_full();
    await this.checkExternalId(store.externalId);
    const id = await this.repository.insert({ ...store, timeZone });
    if (id === undefined) throw staffErrors.store_exists();
    return this.stores.get(id);
  }

  /** @throws staff.store_not_found, store_external_id_taken, department_unknown */
  async change(id: string, change: StoreChange): Promise<Store> {
    const store = await this.repository.lock(id);
    if (!store) throw staffErrors.store_not_found();
    const { name = store.name, departmentIds = store.departmentIds, externalId = store.externalId } = change;
    if (change.departmentIds) await this.checkDepartments(departmentIds);
    await this.checkExternalId(externalId, id);
    await this.repository.change(id, { name, departmentIds, externalId });
    return this.stores.get(id);
  }

  /** Nothing new happens in it from now on. A second time changes nothing. @throws staff.store_not_found */
  async close(id: string): Promise<Store> {
    await this.repository.close(id);
    return this.stores.get(id);
  }

  private async checkExternalId(externalId: string | null, ownerId?: string): Promise<void> {
    if (externalId === null) return;
    const found = await this.repository.withExternalId(externalId);
    if (found !== undefined && found !== ownerId) throw staffErrors.store_external_id_taken();
  }

  private async checkDepartments(departmentIds: readonly number[]): Promise<void> {
    if (!departmentIds.every(Number.isSafeInteger)) throw staffErrors.department_unknown();
    const { known } = await this.database.one<{ known: number }>(
      `SELECT count(*)::int AS known FROM staff.departments
        WHERE corp_id = $1 AND department_id = ANY($2::bigint[]) AND deleted_at IS NULL`,
      [this.database.corpId, departmentIds],
    );
    if (known < new Set(departmentIds).size) throw staffErrors.department_unknown();
  }

  private async checkTimeZone(timeZone: string): Promise<void> {
    if (!(await this.database.knowsTimeZone(timeZone))) throw staffErrors.time_zone_unknown();
  }
}
