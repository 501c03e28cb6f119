import { circleA } from './circle-a.js';

export const circleB = () => circleA;
