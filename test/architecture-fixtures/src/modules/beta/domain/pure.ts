import { betaErrors } from '../beta.errors.js';
import type { gateway } from '../../../wecom/index.js';

export const pure = betaErrors;
export type Gateway = typeof gateway;
