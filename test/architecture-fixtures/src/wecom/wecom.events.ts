import { defineEvent } from '../platform/events/event.js';

export const happened = defineEvent('happened');
