import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { profilesErrors } from '../profiles.errors.js';
import { FieldCatalogue } from '../queries/field-catalogue.js';
import { FindField, type FoundField } from '../queries/find-field.js';
import { DefineFields } from '../use-cases/define-fields.js';
import { contentOf, FIELD_ID_PREFIX, FieldContentDto, FieldDto, FieldsView, FieldView } from './field.dto.js';

const { field_not_found } = profilesErrors;
const contentErrors = [
  profilesErrors.field_choices_invalid,
  profilesErrors.field_default_invalid,
  profilesErrors.choices_too_many,
];

@Controller('v1/customer-fields')
export class CustomerFieldsController {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly fields: FindField,
    private readonly definitions: DefineFields,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_fields',
    summary: { en: 'List built-in and custom fields', zh: '客户字段列表（内置与自定义）' },
    scope: 'customers:read',
    response: FieldsView,
  })
  async list(): Promise<FieldsView> {
    const { fields } = await this.catalogue.read();
    return { items: fields.map(FieldView.of) };
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_field',
    summary: { en: 'Get one custom field', zh: '查询一个自定义字段' },
    scope: 'customers:read',
    response: FieldView,
    etag: 'shown',
    errors: [field_not_found],
  })
  async get(
    @PublicIdParam('id', FIELD_ID_PREFIX, field_not_found) id: string,
    @ETag() showEtag: ShowETag,
  ): Promise<FieldView> {
    return shown(await this.fields.get(id), showEtag);
  }

  @Post()
  @Endpoint({
    id: 'customers.create_field',
    summary: { en: 'Create a custom field', zh: '创建自定义字段' },
    description: {
      en: 'Key, type, unique and wholePath stay for ever: stored values depend on them. At most 200 fields, archived ones included.',
      zh: '键、类型、唯一与完整路径创建后不可更改，已存的值依赖它们。最多 200 个字段（含已归档）。',
    },
    scope: 'customers:write',
    status: 201,
    response: FieldView,
    errors: [profilesErrors.field_key_taken, profilesErrors.fields_too_many, ...contentErrors],
  })
  async create(@Body() body: FieldDto): Promise<FieldView> {
    const made = await this.definitions.create(body, contentOf(body));
    return FieldView.of((await this.fields.get(made.id)).definition);
  }

  @Put(':id')
  @Endpoint({
    id: 'customers.replace_field',
    summary: { en: 'Replace what may change of a custom field', zh: '替换自定义字段的可变内容' },
    description: {
      en: 'Choices that are left out stay readable where they were chosen. An archived field is in use again.',
      zh: '被移除的选项在已选之处仍可读取。已归档的字段将恢复使用。',
    },
    scope: 'customers:write',
    response: FieldView,
    etag: 'checked',
    errors: [field_not_found, profilesErrors.field_personal_kept, ...contentErrors],
  })
  async replace(
    @PublicIdParam('id', FIELD_ID_PREFIX, field_not_found) id: string,
    @Body() body: FieldContentDto,
    @IfMatch() seen: Precondition,
    @CurrentKey() { scopes }: AuthenticatedKey,
    @ETag() showEtag: ShowETag,
  ): Promise<FieldView> {
    await this.definitions.replace(
      id,
      contentOf(body),
      (version) => seen.assert(String(version)),
      scopes.includes(REVEAL_SCOPE),
    );
    return shown(await this.fields.get(id), showEtag);
  }

  @Delete(':id')
  @Endpoint({
    id: 'customers.archive_field',
    summary: {
      en: 'Archive a custom field: values stay and are not shown',
      zh: '归档自定义字段：保留已有值但不再显示',
    },
    scope: 'customers:write',
    status: 204,
    errors: [field_not_found],
  })
  async archive(@PublicIdParam('id', FIELD_ID_PREFIX, field_not_found) id: string): Promise<void> {
    await this.definitions.archive(id);
  }
}

function shown({ definition, version }: FoundField, showEtag: ShowETag): FieldView {
  showEtag(String(version));
  return FieldView.of(definition);
}
