import { defineErrors } from '../errors/app-error.js';

export const syncErrors = defineErrors('sync', {
  failed: { kind: 'internal', en: 'The synchronisation could not be finished', zh: '同步未能完成' },
  superseded: {
    kind: 'conflict',
    en: 'Nobody answered the question before the next synchronisation began',
    zh: '在下一次同步开始之前无人答复',
  },
});
