import { behaviourRows } from '../../behaviour/behaviour.rows.js';
import { exchangeRows } from '../../exchange/exchange.rows.js';
import { handoverRows } from '../../handover/handover.rows.js';
import { identityRows } from '../../identity/identity.rows.js';
import { profilesRows } from '../../profiles/profiles.rows.js';
import { searchRows } from '../../search/persistence/search.rows.js';
import { timelineRows } from '../../timeline/persistence/timeline.rows.js';
import { CustomerRow } from './customer.row.js';
import { FollowRelationRow } from './follow-relation.row.js';
import { RelationHistoryRow } from './relation-history.row.js';
import { RelationPhoneRow } from './relation-phone.row.js';
import { RelationTagRow } from './relation-tag.row.js';
import { RemarkWriteRow } from './remark-write.row.js';
import { StaffReadRow } from './staff-read.row.js';

export const customersRows = [
  CustomerRow,
  FollowRelationRow,
  RelationTagRow,
  RelationPhoneRow,
  RelationHistoryRow,
  RemarkWriteRow,
  StaffReadRow,
  ...exchangeRows,
  ...handoverRows,
  ...identityRows,
  ...profilesRows,
  ...timelineRows,
  ...behaviourRows,
  ...searchRows,
];
