import { Body, Controller, Patch, Post } from '@nestjs/common';
import { authErrors } from '../../../platform/auth/auth.errors.js';
import { CORP_ID_PREFIX } from '../../../platform/auth/scope.guard.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { wecomErrors } from '../../wecom.errors.js';
import { ShowCorps } from '../queries/show-corps.js';
import { ChangeApps } from '../use-cases/change-apps.js';
import { AppBody, ChangeAppBody } from './corps.bodies.js';
import { APP_ID_PREFIX, AppView } from './corps.views.js';

const { corp_not_found } = authErrors;
const { agent_id_required, app_exists, app_not_found } = wecomErrors;

@Controller('v1/corps/:corpId/apps')
export class AppsController {
  constructor(
    private readonly corps: ShowCorps,
    private readonly changeApps: ChangeApps,
  ) {}

  @Post()
  @Endpoint({
    id: 'connections.add_app',
    summary: { en: 'Add an app to a corp', zh: '为企业添加应用' },
    description: {
      en: 'Also connects a disconnected corp again.',
      zh: '对已断开的企业，添加应用即恢复连接。',
    },
    scope: 'operator',
    status: 201,
    response: AppView,
    errors: [corp_not_found, app_exists, agent_id_required],
  })
  async add(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId,
    @Body() body: AppBody,
  ): Promise<AppView> {
    return this.viewOf(corpId, await this.changeApps.add(corpId, body));
  }

  @Patch(':appId')
  @Endpoint({
    id: 'connections.change_app',
    summary: { en: 'Give an app a new secret or callback pair', zh: '更换应用的 Secret 或回调密钥' },
    description: {
      en: 'A new secret is verified at once. A new Token and EncodingAESKey are accepted beside the ones before for 24 hours: store them here first, then save them in the admin console.',
      zh: '新 Secret 立即验证。新的 Token 和 EncodingAESKey 与旧值并存 24 小时：请先在此保存，再到管理后台保存。',
    },
    scope: ['operator', 'connections:write'],
    response: AppView,
    errors: [corp_not_found, app_not_found],
  })
  async change(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId,
    @PublicIdParam('appId', APP_ID_PREFIX, app_not_found) appId: string,
    @Body() body: ChangeAppBody,
  ): Promise<AppView> {
    await this.changeApps.change(corpId, appId, body);
    return this.viewOf(corpId, appId);
  }

  private async viewOf(corpId: CorpId, appId: string): Promise<AppView> {
    return AppView.of(await this.corps.getApp(corpId, appId));
  }
}
