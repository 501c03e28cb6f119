import { NameGramRow, NamePositionRow, SearchNameRow } from './name-index.rows.js';
import { ViewRow } from './view.row.js';

export const searchRows = [SearchNameRow, NameGramRow, NamePositionRow, ViewRow];
