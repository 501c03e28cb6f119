import {
  BehaviourEventRow,
  BehaviourKeyRow,
  BehaviourRevisionRow,
  BehaviourSecretRow,
  EventTypeRow,
} from './persistence/behaviour.rows.js';
import { LinkDomainRow, TrackedLinkRow } from './persistence/link.rows.js';

export const behaviourRows = [
  BehaviourEventRow,
  BehaviourKeyRow,
  BehaviourRevisionRow,
  BehaviourSecretRow,
  EventTypeRow,
  LinkDomainRow,
  TrackedLinkRow,
];
