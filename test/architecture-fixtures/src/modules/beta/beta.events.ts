import { pure } from './domain/pure.js';

export const betaChanged = pure;
