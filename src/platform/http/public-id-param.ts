import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { parsePublicId } from '../context/typed-id.js';
import type { ErrorDefinition } from '../errors/app-error.js';
import { idPattern } from './fields.js';
import { httpErrors } from './http.errors.js';

class PublicIdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly prefix: string,
    private readonly notFound: ErrorDefinition,
  ) {}

  transform(value: string): string {
    const uuid = parsePublicId(this.prefix, value);
    if (!uuid) throw this.notFound(); // what is not an id names nothing
    return uuid;
  }
}

/** An id in the path. The handler gets the UUID; a text that is no such id is answered like an id that does not exist. */
export function PublicIdParam(
  name: string,
  prefix: string,
  notFound: ErrorDefinition = httpErrors.not_found,
): ParameterDecorator {
  return (target, property, index) => {
    if (property === undefined) throw new Error('@PublicIdParam belongs on a method parameter');
    const descriptor = Object.getOwnPropertyDescriptor(target, property);
    if (descriptor) {
      const example = `${prefix}_01jd3q4mfaeq6v5c0qd8y3y5za`;
      ApiParam({ name, schema: { type: 'string', pattern: idPattern(prefix), example } })(
        target,
        property,
        descriptor,
      );
    }
    Param(name, new PublicIdPipe(prefix, notFound))(target, property, index);
  };
}
