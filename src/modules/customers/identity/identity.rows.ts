import { IdentifierRow } from './persistence/identifier.row.js';
import { PersonLinkRow } from './persistence/person-link.row.js';

export const identityRows = [IdentifierRow, PersonLinkRow];
