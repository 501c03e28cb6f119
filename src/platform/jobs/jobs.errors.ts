import { defineErrors } from '../errors/app-error.js';

export const jobsErrors = defineErrors('jobs', {
  not_found: { kind: 'not_found', en: 'No such parked job', zh: '没有这个已搁置的任务' },
});
