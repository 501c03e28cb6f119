import { wire } from '../../../wecom/inside/wire.js';

export const readsTheWire = wire;
