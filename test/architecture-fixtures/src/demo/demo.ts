import { sandbox } from '../sandbox/sandbox.js';

export const demo = sandbox;
