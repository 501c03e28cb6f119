import { BetaRow } from '../persistence/beta.row.js';

export const answer = () => new BetaRow();
