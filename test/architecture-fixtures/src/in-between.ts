import { demo } from './demo/demo.js';

export const inBetween = demo;
