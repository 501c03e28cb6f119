import { customersErrors } from '../../customers.errors.js';
import { identityErrors } from '../../identity/identity.errors.js';
import { searchErrors } from '../search.errors.js';

/** What may be wrong with a filter. */
export const filterErrors = [
  customersErrors.phone_invalid,
  identityErrors.identifier_invalid,
  searchErrors.filter_name_empty,
  searchErrors.filter_field_unknown,
  searchErrors.filter_unsuitable,
];

/** The same of a filter that is kept. */
export const keptFilterErrors = [
  searchErrors.kept_filter_personal,
  searchErrors.filter_name_empty,
  searchErrors.filter_field_unknown,
  searchErrors.filter_unsuitable,
];
