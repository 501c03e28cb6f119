import { sandbox } from '../../../sandbox/sandbox.js';

export const plays = sandbox;
