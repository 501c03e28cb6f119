import { Controller, Get, Post } from '@nestjs/common';
import { authErrors } from '../../../platform/auth/auth.errors.js';
import { CORP_ID_PREFIX } from '../../../platform/auth/scope.guard.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { CheckCorp } from '../check-corp.js';
import { ShowQuota } from '../queries/show-quota.js';
import { ApiUseView, CorpCheckView, QuotaView } from './diagnosis.views.js';

const { corp_not_found } = authErrors;

@Controller('v1/corps/:corpId')
export class DiagnosisController {
  constructor(
    private readonly checking: CheckCorp,
    private readonly quota: ShowQuota,
  ) {}

  @Post('check')
  @Endpoint({
    id: 'connections.check',
    summary: { en: 'Check the connection of a corp with WeCom', zh: '检查企业与企业微信的连接' },
    description: {
      en: 'Calls WeCom without effect: the secret of each app, its trusted address, its visible range and its permission for each family of APIs; and tells when each callback place was last verified and called. Takes five seconds at most; what WeCom does not answer in time is `unknown`. Each finding that is not `ok` names the next step.',
      zh: '向企业微信发起无副作用的调用：检查各应用的 Secret、企业可信IP、可见范围和各类接口权限，并给出各回调地址最近一次验证和事件的时间。最多五秒；未及时应答的项为 `unknown`。非 `ok` 的项都给出下一步操作。',
    },
    scope: ['operator', 'connections:read'],
    response: CorpCheckView,
    errors: [corp_not_found],
    search: true,
    ownUnits: true,
  })
  async check(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId,
  ): Promise<CorpCheckView> {
    return CorpCheckView.of(await this.checking.check(corpId));
  }

  @Get('quota')
  @Endpoint({
    id: 'connections.quota',
    summary: { en: 'What is used of the limits of WeCom', zh: '企业微信接口频率使用情况' },
    description: {
      en: 'Calls of each API by all processes of this system in the present minute and hour. The limit of these is ours, 90 % of what WeCom allows one corp (page 90454), since other software of the corp shares it. Each process takes its calls in small lots, so `used` may exceed what was called by up to 20 for each process. Where WeCom limits an API by day and month too (pictures: page 90256), these are WeCom’s own limits and count every attempt of this system; the day is China’s.',
      zh: '本系统所有进程在当前分钟和小时内对各接口的调用量，其上限为企业微信允许值的 90%（该企业的其他软件也占用）。各进程按小批量领取额度，因此 `used` 可能比实际调用多，每个进程最多 20 次。企业微信另有每日和每月上限的接口（图片上传）显示企业微信的上限，统计本系统的每次尝试，按北京时间计日。',
    },
    scope: ['operator', 'connections:read'],
    response: QuotaView,
    errors: [corp_not_found],
  })
  async showQuota(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: CorpId,
  ): Promise<QuotaView> {
    const { at, apis } = await this.quota.show(corpId);
    return { at, apis: apis.map((api) => ApiUseView.of(api)) };
  }
}
