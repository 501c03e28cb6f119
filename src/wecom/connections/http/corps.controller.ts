import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { authErrors } from '../../../platform/auth/auth.errors.js';
import { type AuthenticatedKey, CurrentKey } from '../../../platform/auth/current-key.js';
import { CORP_ID_PREFIX } from '../../../platform/auth/scope.guard.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { wecomErrors } from '../../wecom.errors.js';
import { ShowCorps } from '../queries/show-corps.js';
import { ChangeCorp } from '../use-cases/change-corp.js';
import { ConnectCorp } from '../use-cases/connect-corp.js';
import { ChangeCorpBody, ConnectCorpBody } from './corps.bodies.js';
import { CorpDetailView, CorpView } from './corps.views.js';

const { corp_not_found } = authErrors;
const { agent_id_required, app_exists, corp_exists, self_built_app_required, time_zone_unknown } =
  wecomErrors;

@Controller('v1/corps')
export class CorpsController {
  constructor(
    private readonly corps: ShowCorps,
    private readonly connectCorp: ConnectCorp,
    private readonly changeCorp: ChangeCorp,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'connections.connect',
    summary: { en: 'Connect a WeCom corp', zh: '连接一个企业微信企业' },
    description: {
      en: 'Secrets are stored encrypted and never shown. They are verified right after; the first syncs start when one is valid. Enter each `callbackPath` behind the public address of this server in the admin console.',
      zh: '密钥加密保存且不再显示。保存后立即验证，验证通过即开始首次同步。请在管理后台填写本服务的公网地址加 `callbackPath`。',
    },
    scope: 'operator',
    status: 201,
    response: CorpDetailView,
    newCorp: true,
    errors: [corp_exists, app_exists, agent_id_required, self_built_app_required, time_zone_unknown],
  })
  async connect(@Body() body: ConnectCorpBody): Promise<CorpDetailView> {
    return this.detailOf(await this.connectCorp.execute(body));
  }

  @Get()
  @Endpoint({
    id: 'connections.list',
    summary: {
      en: 'List connected corps; a corp key sees its own',
      zh: '已连接企业列表（企业密钥仅可见本企业）',
    },
    scope: ['operator', 'connections:read'],
    response: pageOf(CorpView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery, @CurrentKey() key: AuthenticatedKey): Promise<Page<CorpView>> {
    return keysetPage(this.cursors, {
      name: 'corps',
      query,
      read: (after: { id: string } | undefined, limit) => this.corps.list(key.corpId, after?.id, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: CorpView.of,
    });
  }

  @Get(':corpId')
  @Endpoint({
    id: 'connections.get',
    summary: { en: 'Get a corp with its apps and what is wrong with them', zh: '查询企业及其应用与故障' },
    scope: ['operator', 'connections:read'],
    response: CorpDetailView,
    errors: [corp_not_found],
  })
  get(@PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId): Promise<CorpDetailView> {
    return this.detailOf(corpId);
  }

  @Patch(':corpId')
  @Endpoint({
    id: 'connections.change',
    summary: { en: 'Change the settings of a corp', zh: '修改企业设置' },
    scope: ['operator', 'connections:write'],
    response: CorpDetailView,
    errors: [corp_not_found, time_zone_unknown],
  })
  async change(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId,
    @Body() body: ChangeCorpBody,
  ): Promise<CorpDetailView> {
    await this.changeCorp.change(corpId, body);
    return this.detailOf(corpId);
  }

  @Delete(':corpId')
  @Endpoint({
    id: 'connections.disconnect',
    summary: { en: 'Disconnect a corp', zh: '断开企业' },
    description: {
      en: 'Deletes its secrets and callback URLs and stops calls and syncs within seconds; what was synced stays. Adding an app connects it again.',
      zh: '删除其密钥和回调地址，数秒内停止调用与同步；已同步的数据保留。重新添加应用即恢复连接。',
    },
    scope: 'operator',
    status: 204,
    errors: [corp_not_found],
  })
  async disconnect(@PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId): Promise<void> {
    await this.changeCorp.disconnect(corpId);
  }

  private async detailOf(corpId: CorpId): Promise<CorpDetailView> {
    return CorpDetailView.ofDetail(await this.corps.get(corpId));
  }
}
