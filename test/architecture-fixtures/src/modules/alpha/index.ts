import { now } from '../../platform/clock/clock.js';
import { gateway } from '../../wecom/index.js';
import { happened } from '../../wecom/wecom.events.js';
import { inside } from './inside.js';

export const alpha = [now, gateway, happened, inside];
