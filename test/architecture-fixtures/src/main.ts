import { start } from './bootstrap.js';

export const main = start;
