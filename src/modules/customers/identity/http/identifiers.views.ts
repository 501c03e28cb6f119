import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { IDENTIFIER_KINDS, type IdentifierKind, NAMESPACE_MAX } from '../domain/identifier.js';
import type { BlockedIdentifier } from '../queries/list-blocked.js';
import type { ShownIdentifier } from '../queries/show-identifiers.js';
import { IdentifierDto } from './identifier.dto.js';

export const IDENTIFIER_ID_PREFIX = 'ident';
export const BLOCKED_ID_PREFIX = 'idblock';

const ADDED_MAX = 100;
const SHOWN_MAX = 1000;
const REASON_MAX = 200;

export class IdentifierView {
  @PublicIdField(IDENTIFIER_ID_PREFIX)
  id: string;

  @EnumField(IDENTIFIER_KINDS, { example: 'phone' })
  kind: IdentifierKind;

  @TextField({ max: NAMESPACE_MAX, nullable: true, example: null, description: 'appid or system' })
  namespace: string | null;

  @TextField({ max: 200, example: '138****1234' })
  value: string;

  @TextField({
    max: 32,
    example: 'remark',
    description: 'who says so: wecom, remark (a staff noted it), api, import, …',
  })
  source: string;

  @TimeField()
  observedAt: string;

  static of(this: void, shown: ShownIdentifier): IdentifierView {
    return {
      id: toPublicId(IDENTIFIER_ID_PREFIX, shown.id),
      kind: shown.kind,
      namespace: shown.namespace || null,
      value: shown.value,
      source: shown.source,
      observedAt: shown.observedAt.toISOString(),
    };
  }
}

export class IdentifiersView {
  @ListField(() => IdentifierView, { maxItems: SHOWN_MAX })
  items: IdentifierView[];

  static of(this: void, shown: readonly ShownIdentifier[]): IdentifiersView {
    return { items: shown.map(IdentifierView.of) };
  }
}

export class AddIdentifiersDto {
  @ListField(() => IdentifierDto, { minItems: 1, maxItems: ADDED_MAX })
  identifiers: IdentifierDto[];
}

export class BlockIdentifierDto {
  @ObjectField(() => IdentifierDto)
  identifier: IdentifierDto;

  @TextField({ max: REASON_MAX, example: '门店前台电话' })
  reason: string;
}

export class BlockedIdentifierView {
  @PublicIdField(BLOCKED_ID_PREFIX)
  id: string;

  @EnumField(IDENTIFIER_KINDS, { example: 'phone' })
  kind: IdentifierKind;

  @TextField({ max: 200, example: '021****5678' })
  value: string;

  @TextField({ max: REASON_MAX, example: '门店前台电话' })
  reason: string;

  @TimeField()
  createdAt: string;

  static of(this: void, blocked: BlockedIdentifier): BlockedIdentifierView {
    return {
      id: toPublicId(BLOCKED_ID_PREFIX, blocked.id),
      kind: blocked.kind,
      value: blocked.valueMasked,
      reason: blocked.reason,
      createdAt: blocked.createdAt.toISOString(),
    };
  }
}
