import { BooleanField, EnumField, IntegerField, ListField, MapField, TextField } from './fields.js';

const TEXT_MAX = 500;

export class InvalidFieldView {
  @EnumField(['body', 'query'])
  in: string;

  @TextField({ min: 0, max: TEXT_MAX, example: '/name', description: 'JSON pointer to the field' })
  pointer: string;

  @TextField({ max: TEXT_MAX, example: 'too_long' })
  code: string;

  @TextField({ max: TEXT_MAX, example: 'must have at most 100 characters' })
  detail: string;
}

/** RFC 9457, the body of every error. */
export class ProblemView {
  @TextField({ max: TEXT_MAX, example: 'urn:wecom-scrm:problem:http.not_found' })
  type: string;

  @TextField({ max: TEXT_MAX, example: 'Nothing is here', description: 'in the language of Accept-Language' })
  title: string;

  @IntegerField({ min: 400, max: 599, example: 404 })
  status: number;

  @TextField({ max: TEXT_MAX, example: 'http.not_found', description: 'stable; see docs/errors.md' })
  code: string;

  @TextField({ max: TEXT_MAX, example: '01932b6f-5a3c-7d1e-9f00-2b8a4c6d8e10' })
  requestId: string;

  @BooleanField({ example: false, description: 'the same request may succeed later' })
  retryable: boolean;

  @MapField('any', { optional: true, description: 'facts that belong to the code' })
  params?: object;

  @ListField(() => InvalidFieldView, { maxItems: 100, optional: true })
  errors?: InvalidFieldView[];
}
