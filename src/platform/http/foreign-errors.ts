import { HttpException } from '@nestjs/common';
import { AppError, type ErrorDefinition } from '../errors/app-error.js';
import { codesOf, isUnavailable } from '../database/unavailable.js';
import { httpErrors } from './http.errors.js';

/** Text that PostgreSQL cannot hold, which slipped through a field without a rule. */
const UNSTORABLE = /^(22021|22P05)$/;
const BY_FRAMEWORK_CODE: Record<string, ErrorDefinition> = {
  FST_ERR_CTP_INVALID_JSON_BODY: httpErrors.malformed_json,
  FST_ERR_CTP_EMPTY_JSON_BODY: httpErrors.malformed_json,
  FST_ERR_CTP_BODY_TOO_LARGE: httpErrors.body_too_large,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: httpErrors.media_type_unsupported,
  FST_ERR_MAX_PARAM_LENGTH: httpErrors.not_found,
};

const BY_STATUS: Record<number, ErrorDefinition> = {
  403: httpErrors.not_found,
  404: httpErrors.not_found,
  405: httpErrors.method_not_allowed,
  413: httpErrors.body_too_large,
  414: httpErrors.not_found,
  415: httpErrors.media_type_unsupported,
  429: httpErrors.rate_limited,
  503: httpErrors.unavailable,
};

/** Turns what Fastify, Nest and PostgreSQL throw into our own errors. What nobody expected becomes `http.internal`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const codes = codesOf(error);
  const byCode = codes.map((code) => BY_FRAMEWORK_CODE[code]).find((definition) => definition !== undefined);
  if (byCode) return byCode({}, { cause: error });
  const status = statusOfFramework(error);
  if (status !== undefined) return ofStatus(status, error);
  if (isUnavailable(error)) return httpErrors.unavailable({}, { cause: error });
  if (codes.some((code) => UNSTORABLE.test(code))) return httpErrors.malformed_request({}, { cause: error });
  return httpErrors.internal({}, { cause: error });
}

/** Fastify's errors carry a status; those of Nest are HttpExceptions. */
function statusOfFramework(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || error.name !== 'FastifyError') return undefined;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

function ofStatus(status: number, cause: unknown): AppError {
  const definition = BY_STATUS[status] ?? (status < 500 ? httpErrors.malformed_request : httpErrors.internal);
  return definition({}, { cause });
}
