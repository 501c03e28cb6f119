import { inside } from '../../alpha/inside.js';

export const climbsIn = inside;
