import { Body, Controller, Get, Post } from '@nestjs/common';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { identityErrors } from '../identity.errors.js';
import { ShowPersons } from '../queries/show-persons.js';
import { SuggestDuplicates } from '../queries/suggest-duplicates.js';
import { MergePersons } from '../use-cases/merge-persons.js';
import {
  DuplicatesView,
  GroupedPersonView,
  MergeDto,
  PERSON_ID_PREFIX,
  PersonView,
  UnmergeDto,
  UnmergedView,
} from './persons.views.js';

const { person_not_found, merge_needs_two, person_too_large, unmerge_not_of_person } = identityErrors;

@Controller('v1/persons')
export class PersonsController {
  constructor(
    private readonly persons: ShowPersons,
    private readonly merging: MergePersons,
    private readonly suggesting: SuggestDuplicates,
  ) {}

  @Get(':id')
  @Endpoint({
    id: 'customers.get_person',
    summary: { en: 'Get a person with all customers it consists of', zh: '查询一个用户及其全部客户' },
    scope: 'customers:read',
    response: PersonView,
    errors: [person_not_found],
  })
  async get(@PublicIdParam('id', PERSON_ID_PREFIX, person_not_found) id: string): Promise<PersonView> {
    return PersonView.of(await this.persons.get(id));
  }

  @Get(':id/duplicates')
  @Endpoint({
    id: 'customers.suggest_duplicates',
    summary: { en: 'List customers who may be the same person', zh: '疑似重复客户及理由' },
    description: {
      en: 'The same name and something more, too little to link them by itself. To accept, merge; a pair that was split or rejected is not suggested again.',
      zh: '姓名相同且另有一项吻合，但不足以自动合并。确认后请调用合并；被拆分或驳回的组合不再提示。',
    },
    scope: 'customers:read',
    response: DuplicatesView,
    errors: [person_not_found],
  })
  async duplicates(
    @PublicIdParam('id', PERSON_ID_PREFIX, person_not_found) id: string,
  ): Promise<DuplicatesView> {
    return DuplicatesView.of(await this.suggesting.of(id));
  }

  @Post('merge')
  @Endpoint({
    id: 'customers.merge_persons',
    summary: { en: 'Say that customers are one person', zh: '将多个客户合并为同一用户' },
    description: {
      en: 'Whatever their identifiers say, until somebody splits them. Nothing moves: points, coupons, tags and the timeline stay with the customer they were booked on.',
      zh: '不受标识差异影响，直到被拆分为止。合并不移动任何数据：积分、优惠券、标签与时间线仍属于原客户。',
    },
    scope: 'customers:approve',
    response: GroupedPersonView,
    errors: [person_not_found, merge_needs_two, person_too_large],
  })
  async merge(@Body() { customerIds }: MergeDto): Promise<GroupedPersonView> {
    await this.merging.merge(customerIds);
    return GroupedPersonView.of(await this.persons.get(customerIds[0] ?? ''));
  }

  @Post(':id/unmerge')
  @Endpoint({
    id: 'customers.unmerge_person',
    summary: { en: 'Take customers off a person', zh: '将客户从用户中拆出' },
    description: {
      en: 'Their identifiers do not bring them back. What was earned in between stays with the customer who earned it. Whoever was connected through them alone parts, too.',
      zh: '拆出后标识不会使其再次合并。期间获得的权益仍属于获得它的客户。仅通过被拆出客户相连的其他客户也会分开。',
    },
    scope: 'customers:approve',
    response: UnmergedView,
    errors: [person_not_found, unmerge_not_of_person],
  })
  async unmerge(
    @PublicIdParam('id', PERSON_ID_PREFIX, person_not_found) id: string,
    @Body() { customerIds }: UnmergeDto,
  ): Promise<UnmergedView> {
    const before = await this.merging.unmerge(id, customerIds);
    return { persons: (await this.persons.ofCustomers(before)).map(GroupedPersonView.of) };
  }
}
