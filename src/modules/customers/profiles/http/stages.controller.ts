import { createHash } from 'node:crypto';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import type { Stage } from '../domain/stage.js';
import { profilesErrors } from '../profiles.errors.js';
import { FieldCatalogue } from '../queries/field-catalogue.js';
import { SetStages } from '../use-cases/set-stages.js';
import { StagesDto, StagesView } from './stage.dto.js';

@Controller('v1/customer-stages')
export class CustomerStagesController {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly stages: SetStages,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_stages',
    summary: { en: 'List sales stages with their reasons', zh: '销售阶段及原因列表' },
    scope: 'customers:read',
    response: StagesView,
    etag: 'shown',
  })
  async list(@ETag() showEtag: ShowETag): Promise<StagesView> {
    const { stages } = await this.catalogue.read();
    showEtag(etagOf(stages));
    return StagesView.of(stages);
  }

  @Put()
  @Endpoint({
    id: 'customers.replace_stages',
    summary: { en: 'Replace the sales stages, all at once', zh: '整体替换销售阶段' },
    description: {
      en: 'A customer is moved by the field `stage`: `["won"]`, or `["abandoned", "price"]` where the stage needs a reason. Stages and reasons that are left out stay readable where they were chosen.',
      zh: '通过字段 `stage` 变更客户阶段：`["won"]`；需要原因的阶段写作 `["abandoned", "price"]`。被移除的阶段与原因在已选之处仍可读取。',
    },
    scope: 'customers:write',
    response: StagesView,
    etag: 'checked',
    errors: [profilesErrors.stages_invalid, profilesErrors.choices_too_many],
  })
  async replace(
    @Body() { items }: StagesDto,
    @IfMatch() seen: Precondition,
    @ETag() showEtag: ShowETag,
  ): Promise<StagesView> {
    await this.stages.set(items, (stages) => seen.assert(etagOf(stages)));
    return this.list(showEtag);
  }
}

function etagOf(stages: readonly Stage[]): string {
  return createHash('sha256').update(JSON.stringify(stages)).digest('base64url').slice(0, 22);
}
