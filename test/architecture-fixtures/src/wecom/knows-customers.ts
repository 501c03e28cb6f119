import { alpha } from '../modules/alpha/index.js';

export const knowsCustomers = alpha;
