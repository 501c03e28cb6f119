import { defineErrors } from '../../platform/errors/app-error.js';

export const alphaErrors = defineErrors('alpha');
