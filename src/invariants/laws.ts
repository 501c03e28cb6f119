import { couponsLaws } from './coupons.laws.js';
import { customersLaws } from './customers.laws.js';
import { exchangeLaws } from './exchange.laws.js';
import type { Law } from './law.js';
import { levelsAndBoardsLaws } from './levels-and-boards.laws.js';
import { pointsLaws } from './points.laws.js';

/** All laws that a database can be held to, of all modules. A new module adds its file here. */
export const laws: readonly Law[] = [
  ...pointsLaws,
  ...levelsAndBoardsLaws,
  ...exchangeLaws,
  ...couponsLaws,
  ...customersLaws,
];
