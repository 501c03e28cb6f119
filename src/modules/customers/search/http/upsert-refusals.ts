import type { ErrorDefinition } from '../../../../platform/errors/app-error.js';
import { identityErrors } from '../../identity/identity.errors.js';
import type { UpsertRefusal } from '../domain/upsert.js';
import { searchErrors } from '../search.errors.js';

const REFUSALS: Record<UpsertRefusal, ErrorDefinition> = {
  identifier_invalid: identityErrors.identifier_invalid,
  identifiers_too_many: identityErrors.identifiers_too_many,
  upsert_unknown_contact: searchErrors.upsert_unknown_contact,
  upsert_ambiguous: searchErrors.upsert_ambiguous,
  upsert_field_refused: searchErrors.upsert_field_refused,
};

export const upsertRefusals = Object.values(REFUSALS);

export function refusalOf(refusal: UpsertRefusal): ErrorDefinition {
  return REFUSALS[refusal];
}
