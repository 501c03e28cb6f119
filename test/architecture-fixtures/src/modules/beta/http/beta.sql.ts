import { query } from '../../../platform/database/database.js';

export const controllerWithSql = query;
