import type { BetaRow } from '../persistence/beta.row.js';

export type BetaView = Pick<BetaRow, 'id'>;
