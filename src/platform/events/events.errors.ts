import { defineErrors } from '../errors/app-error.js';

export const eventsErrors = defineErrors('events', {
  not_parked: { kind: 'not_found', en: 'No such parked event', zh: '没有这个已搁置的事件' },
});
