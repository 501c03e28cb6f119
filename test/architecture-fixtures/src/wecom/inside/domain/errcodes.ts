import { now } from '../../../platform/clock/clock.js';

export const impure = now;
