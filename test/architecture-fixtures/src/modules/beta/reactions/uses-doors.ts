import { alpha } from '../../alpha/index.js';
import { alphaChanged } from '../../alpha/alpha.events.js';
import { pure } from '../domain/pure.js';

export const usesDoors = [alpha, alphaChanged, pure];
