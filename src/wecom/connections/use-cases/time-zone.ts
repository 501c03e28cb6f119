import { wecomErrors } from '../../wecom.errors.js';

/** `Asia/Shanghai`, `UTC`; no bare offsets, which know no summer time. */
const NAME = /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/;

/** @throws wecom.time_zone_unknown */
export function assertTimeZone(name: string): void {
  try {
    if (!NAME.test(name)) throw new RangeError('an offset');
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    throw wecomErrors.time_zone_unknown();
  }
}
