import { now } from '../platform/clock/clock.js';

export const launcher = now;
