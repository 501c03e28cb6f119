import { Body, Controller, Post } from '@nestjs/common';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { PERSON_ID_PREFIX } from '../../identity/http/persons.views.js';
import { identityErrors } from '../../identity/identity.errors.js';
import { ShowPersons } from '../../identity/queries/show-persons.js';
import { personDataErrors } from '../person-data.errors.js';
import { ExportPerson } from '../queries/export-person.js';
import { ErasePerson } from '../use-cases/erase-person.js';
import { ErasedPersonView, ErasePersonDto, PersonDataView } from './person-data.views.js';

const { person_not_found } = identityErrors;

@Controller('v1/persons/:id')
export class PersonDataController {
  constructor(
    private readonly persons: ShowPersons,
    private readonly exporting: ExportPerson,
    private readonly erasing: ErasePerson,
  ) {}

  @Post('export')
  @Endpoint({
    id: 'customers.export_person',
    summary: { en: 'Hand out everything that is known of a person', zh: '导出某个用户的全部个人数据' },
    description: {
      en: 'All rows that customers, loyalty and coupons hold of the person, in clear. Stands in the audit trail; the answer is not kept.',
      zh: '包含客户、积分与优惠券模块中该用户的全部记录（明文）。该操作写入审计日志，响应内容不保存。',
    },
    scope: REVEAL_SCOPE,
    secretResponse: true,
    response: PersonDataView,
    errors: [person_not_found],
  })
  async export(@PublicIdParam('id', PERSON_ID_PREFIX, person_not_found) id: string): Promise<PersonDataView> {
    const customerIds = (await this.persons.get(id)).map((customer) => customer.id);
    return PersonDataView.of(customerIds, await this.exporting.of(customerIds));
  }

  @Post('erase')
  @Endpoint({
    id: 'customers.erase_person',
    summary: { en: 'Erase a person', zh: '擦除某个用户的个人数据' },
    description: {
      en: 'For good: names, remarks, identifiers, fields, relations and the timeline go; customers stay as empty shells, because points, coupons and orders are booked on them. Refused while staff follow the person, unless forced: WeCom would tell everything again.',
      zh: '不可恢复：姓名、备注、标识、字段、跟进关系与时间线均被删除；客户仅保留空壳，因为积分、优惠券与订单记在其名下。仍有成员跟进时默认拒绝，因为企业微信会再次同步。',
    },
    scope: 'customers:approve',
    response: ErasedPersonView,
    errors: [person_not_found, personDataErrors.person_still_followed],
  })
  async erase(
    @PublicIdParam('id', PERSON_ID_PREFIX, person_not_found) id: string,
    @Body() { force = false }: ErasePersonDto,
  ): Promise<ErasedPersonView> {
    return ErasedPersonView.of(await this.erasing.erase(id, force));
  }
}
