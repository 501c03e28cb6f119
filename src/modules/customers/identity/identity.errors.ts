import { defineErrors } from '../../../platform/errors/app-error.js';

export const identityErrors = defineErrors('customers', {
  identifier_invalid: {
    kind: 'unprocessable',
    en: 'Not a value of this kind of identifier',
    zh: '该标识类型的取值无效',
  },
});
