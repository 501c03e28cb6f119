import { AppError } from '../errors/app-error.js';
import { httpErrors } from './http.errors.js';
import type { InvalidField } from './problem.js';

const FIELDS_SHOWN_MAX = 100;

/** `http.validation_failed` with what is wrong in each field. The values themselves are not kept. */
export class ValidationError extends AppError {
  readonly fields: readonly InvalidField[];

  constructor(fields: readonly InvalidField[]) {
    super(httpErrors.validation_failed);
    this.fields = fields.slice(0, FIELDS_SHOWN_MAX);
  }
}
