import type { AppError, SafeParams } from '../errors/app-error.js';
import { type FieldProblem, fieldProblems } from './field-problems.js';
import type { Language } from './languages.js';
import { statusOf } from './status-of.js';

export interface InvalidField {
  readonly in: 'body' | 'query';
  /** JSON pointer to the field. */
  readonly pointer: string;
  readonly code: FieldProblem;
  readonly limit?: string | number | undefined;
}

/** RFC 9457 with our additions. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly params?: SafeParams;
  readonly errors?: readonly { in: string; pointer: string; code: string; detail: string }[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problemOf(
  error: AppError,
  at: { language: Language; requestId: string; fields?: readonly InvalidField[] | undefined },
): Problem {
  return {
    type: `urn:wecom-scrm:problem:${error.code}`,
    title: error.definition[at.language],
    status: statusOf(error.kind),
    code: error.code,
    requestId: at.requestId,
    retryable: error.retryable,
    ...(Object.keys(error.params).length > 0 && { params: error.params }),
    ...(at.fields && { errors: at.fields.map((field) => explain(field, at.language)) }),
  };
}

function explain(field: InvalidField, language: Language) {
  const detail = fieldProblems[field.code][language].replace('{limit}', String(field.limit ?? ''));
  return { in: field.in, pointer: field.pointer, code: field.code, detail };
}
