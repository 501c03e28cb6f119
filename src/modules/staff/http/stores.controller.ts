import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { Stores } from '../queries/stores.js';
import { staffErrors } from '../staff.errors.js';
import { ChangeStores } from '../use-cases/change-stores.js';
import { STORE_ID_PREFIX, StoreChangeDto, StoreDto, StoresQuery, StoreView } from './stores.views.js';

const { store_not_found, store_exists, store_external_id_taken, stores_full } = staffErrors;
const { time_zone_unknown, department_unknown } = staffErrors;

@Controller('v1/stores')
export class StoresController {
  constructor(
    private readonly stores: Stores,
    private readonly changes: ChangeStores,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'staff.create_store',
    summary: { en: 'Create a store', zh: '新建门店' },
    scope: 'staff:write',
    status: 201,
    response: StoreView,
    errors: [store_exists, store_external_id_taken, stores_full, time_zone_unknown, department_unknown],
  })
  async create(
    @Body() { timeZone, departmentIds = [], externalId = null, ...store }: StoreDto,
  ): Promise<StoreView> {
    return StoreView.of(await this.changes.create({ ...store, timeZone, departmentIds, externalId }));
  }

  @Get()
  @Endpoint({
    id: 'staff.list_stores',
    summary: { en: 'List stores', zh: '门店列表' },
    scope: 'staff:read',
    response: pageOf(StoreView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: StoresQuery): Promise<Page<StoreView>> {
    return keysetPage(this.cursors, {
      name: 'stores',
      query,
      read: (after: { id: string } | undefined, limit) => this.stores.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: StoreView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'staff.get_store',
    summary: { en: 'Get one store', zh: '查询门店' },
    scope: 'staff:read',
    response: StoreView,
    errors: [store_not_found],
  })
  async get(@PublicIdParam('id', STORE_ID_PREFIX, store_not_found) id: string): Promise<StoreView> {
    return StoreView.of(await this.stores.get(id));
  }

  @Patch(':id')
  @Endpoint({
    id: 'staff.change_store',
    summary: { en: 'Change a store', zh: '修改门店' },
    description: {
      en: 'What is left out stays. The code and the time zone of a store never change.',
      zh: '未提供的字段保持不变。门店的编码与时区不可修改。',
    },
    scope: 'staff:write',
    response: StoreView,
    errors: [store_not_found, store_external_id_taken, department_unknown],
  })
  async change(
    @PublicIdParam('id', STORE_ID_PREFIX, store_not_found) id: string,
    @Body() change: StoreChangeDto,
  ): Promise<StoreView> {
    return StoreView.of(await this.changes.change(id, change));
  }

  @Post(':id/close')
  @Endpoint({
    id: 'staff.close_store',
    summary: { en: 'Close a store', zh: '关闭门店' },
    description: {
      en: 'Nothing new happens in it: no coupon is locked or redeemed there. Its figures and closings stay.',
      zh: '关闭后该门店不再锁定或核销券；已有的数据与日结报表保留。',
    },
    scope: 'staff:write',
    response: StoreView,
    errors: [store_not_found],
  })
  async close(@PublicIdParam('id', STORE_ID_PREFIX, store_not_found) id: string): Promise<StoreView> {
    return StoreView.of(await this.changes.close(id));
  }
}
