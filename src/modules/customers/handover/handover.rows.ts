import { HandoverItemRow, HandoverRow } from './persistence/handover.row.js';

export const handoverRows = [HandoverRow, HandoverItemRow];
