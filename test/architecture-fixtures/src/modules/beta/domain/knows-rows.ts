import type { BetaRow } from '../persistence/beta.row.js';

export type KnowsRows = BetaRow;
