import { behaviourRows } from '../../behaviour/behaviour.rows.js';
import { identityRows } from '../../identity/identity.rows.js';
import { CustomerRow } from './customer.row.js';
import { FollowRelationRow } from './follow-relation.row.js';
import { RelationPhoneRow } from './relation-phone.row.js';
import { RelationTagRow } from './relation-tag.row.js';
import { StaffReadRow } from './staff-read.row.js';

export const customersRows = [
  CustomerRow,
  FollowRelationRow,
  RelationTagRow,
  RelationPhoneRow,
  StaffReadRow,
  ...identityRows,
  ...behaviourRows,
];
