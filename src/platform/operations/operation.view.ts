import { ApiProperty } from '@nestjs/swagger';
import { toPublicId } from '../context/typed-id.js';
import {
  EnumField,
  IntegerField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../http/fields.js';
import { PageQuery } from '../http/page.js';
import { type Operation, OPERATION_ID_PREFIX, OPERATION_STATES, type OperationState } from './operation.js';
import { paceOf } from './operation-pace.js';

const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const KIND_LENGTH_MAX = 64;

export class OperationsQuery extends PageQuery {
  @TextField({ max: KIND_LENGTH_MAX, optional: true, example: 'customers.sync' })
  kind?: string;

  @EnumField(OPERATION_STATES, { optional: true, example: 'running' })
  state?: OperationState;
}

export class OperationQuestionView {
  @TextField({ max: 100, example: 'too_many_missing', description: 'why it stopped' })
  reason: string;

  @MapField('integer', { example: { relationsKnown: 500, relationsMissing: 120 } })
  counts: Record<string, number>;
}

export class OperationView {
  @PublicIdField(OPERATION_ID_PREFIX)
  id: string;

  @TextField({ max: KIND_LENGTH_MAX, example: 'customers.sync' })
  kind: string;

  @EnumField(OPERATION_STATES, { example: 'running' })
  state: OperationState;

  @IntegerField({
    min: 0,
    max: COUNT_MAX,
    example: 12,
    description: 'parts that are done, such as groups of staff; never goes back',
  })
  done: number;

  @IntegerField({
    min: 0,
    max: COUNT_MAX,
    nullable: true,
    example: 16,
    description: 'parts known so far; null: not known yet',
  })
  total: number | null;

  @ApiProperty({ type: 'number', minimum: 0, example: 12.5, description: 'done per second since the start' })
  ratePerSecond: number;

  @IntegerField({
    min: 0,
    max: COUNT_MAX,
    nullable: true,
    example: 21,
    description: 'null: cannot be told, or has ended',
  })
  etaSeconds: number | null;

  @TimeField()
  startedAt: string;

  @TimeField()
  updatedAt: string;

  @TimeField({ nullable: true, example: null })
  finishedAt: string | null;

  @MapField('any', { nullable: true, example: null, description: 'what came out, once it succeeded' })
  result: object | null;

  @TextField({
    max: 100,
    nullable: true,
    example: null,
    description: 'a code of the error list, once it failed',
  })
  errorCode: string | null;

  @TextField({ max: 1000, nullable: true, example: null })
  errorDetail: string | null;

  @ObjectField(() => OperationQuestionView, { nullable: true, description: 'answer by confirm or cancel' })
  question: OperationQuestionView | null;

  static of(this: void, operation: Operation): OperationView {
    return {
      id: toPublicId(OPERATION_ID_PREFIX, operation.id),
      kind: operation.kind,
      state: operation.state,
      done: operation.done,
      total: operation.total ?? null,
      ...paceOf(operation),
      startedAt: operation.startedAt.toISOString(),
      updatedAt: operation.updatedAt.toISOString(),
      finishedAt: operation.finishedAt?.toISOString() ?? null,
      result: operation.result ?? null,
      errorCode: operation.errorCode ?? null,
      errorDetail: operation.errorDetail ?? null,
      question: operation.question ?? null,
    };
  }
}
