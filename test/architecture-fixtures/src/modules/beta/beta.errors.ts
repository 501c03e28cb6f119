import { defineErrors } from '../../platform/errors/app-error.js';

export const betaErrors = defineErrors('beta');
