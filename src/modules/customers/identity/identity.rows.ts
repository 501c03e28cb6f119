import { BlockedIdentifierRow } from './persistence/blocked-identifier.row.js';
import { IdentifierRow } from './persistence/identifier.row.js';
import { IdentityCaseRow } from './persistence/identity-case.row.js';
import { IdentityPositionRow } from './persistence/identity-position.row.js';
import { PersonDecisionRow } from './persistence/person-decision.row.js';
import { PersonLinkRow } from './persistence/person-link.row.js';

export const identityRows = [
  BlockedIdentifierRow,
  IdentifierRow,
  IdentityCaseRow,
  IdentityPositionRow,
  PersonDecisionRow,
  PersonLinkRow,
];
