import { readFileSync } from 'node:fs';

export const readsAFile = readFileSync;
