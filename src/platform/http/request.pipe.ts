import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError as RuleError } from 'class-validator';
import type { FieldProblem } from './field-problems.js';
import { readFields } from './read-fields.js';
import type { InvalidField } from './problem.js';
import { ValidationError } from './validation-error.js';

const NOT_DTO: ReadonlySet<unknown> = new Set([String, Number, Boolean, Array, Object, Buffer, Date]);

/** Checks bodies and queries against the rules of their class, and refuses every key that the class does not know. */
@Injectable()
export class RequestPipe implements PipeTransform {
  /** Without a promise for what has no rules: each id in a path comes here. */
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !metatype || NOT_DTO.has(metatype)) return value;
    return this.check(value, type, metatype);
  }

  private async check(value: unknown, type: 'body' | 'query', metatype: Type): Promise<object> {
    const { content, problems } = readFields(metatype, value, type);
    if (!content) throw new ValidationError(problems);
    const instance = plainToInstance(metatype as Type<object>, content); // reason: our DTOs are objects
    const errors = await validate(instance, { stopAtFirstError: true, forbidUnknownValues: false });
    const unknown = new Set(problems.map(({ pointer }) => pointer));
    const broken = errors
      .flatMap((error) => flatten(error, type, ''))
      .filter(({ pointer }) => !unknown.has(pointer));
    if (problems.length + broken.length > 0) throw new ValidationError([...problems, ...broken]);
    return instance;
  }
}

function flatten(error: RuleError, place: InvalidField['in'], parent: string): InvalidField[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const contexts = Object.values(error.contexts ?? {}) as { code: FieldProblem; limit?: string | number }[]; // reason: fields.ts puts this shape there
  const [first] = contexts;
  const own: InvalidField[] = first ? [{ in: place, pointer, code: first.code, limit: first.limit }] : [];
  const inside = (error.children ?? []).flatMap((child) => flatten(child, place, pointer));
  if (own.length + inside.length > 0) return [...own, ...inside];
  return [{ in: place, pointer, code: 'object' }];
}
