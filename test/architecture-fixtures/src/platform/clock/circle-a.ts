import { circleB } from './circle-b.js';

export const circleA = () => circleB;
