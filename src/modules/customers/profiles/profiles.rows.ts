import { FieldDefinitionRow, StageRow, SurvivorshipRulesRow } from './persistence/definition.rows.js';
import { FieldHistoryRow, FieldItemRow, FieldValueRow, ProfileRow } from './persistence/profile.rows.js';
import { BlacklistEntryRow, ConsentRow } from './persistence/record.rows.js';

export const profilesRows = [
  FieldDefinitionRow,
  StageRow,
  SurvivorshipRulesRow,
  ProfileRow,
  FieldValueRow,
  FieldItemRow,
  FieldHistoryRow,
  ConsentRow,
  BlacklistEntryRow,
];
