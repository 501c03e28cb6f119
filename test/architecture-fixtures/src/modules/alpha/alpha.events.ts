import { defineEvent } from '../../platform/events/event.js';

export const alphaChanged = defineEvent('alpha.changed');
