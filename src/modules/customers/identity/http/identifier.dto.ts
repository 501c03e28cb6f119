import { EnumField, TextField } from '../../../../platform/http/fields.js';
import {
  type GivenIdentifier,
  IDENTIFIER_KINDS,
  IDENTIFIER_VALUE_MAX,
  type IdentifierKind,
  NAMESPACE_MAX,
} from '../domain/identifier.js';

/** An identifier in a request; `parseIdentifier` normalises it and says whether the value is one of its kind. */
export class IdentifierDto implements GivenIdentifier {
  @EnumField(IDENTIFIER_KINDS, { example: 'external_id' })
  kind: IdentifierKind;

  @TextField({
    max: NAMESPACE_MAX,
    optional: true,
    example: 'crm',
    description: 'openid: the appid; external_id: the system (crm, shop, douyin, …); no other kind has one',
  })
  namespace?: string;

  @TextField({ max: IDENTIFIER_VALUE_MAX, example: 'C-10086' })
  value: string;
}
