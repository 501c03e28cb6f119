import {
  BehaviourEventRow,
  BehaviourKeyRow,
  BehaviourRevisionRow,
  BehaviourSecretRow,
  EventTypeRow,
} from './persistence/behaviour.rows.js';

export const behaviourRows = [
  BehaviourEventRow,
  BehaviourKeyRow,
  BehaviourRevisionRow,
  BehaviourSecretRow,
  EventTypeRow,
];
