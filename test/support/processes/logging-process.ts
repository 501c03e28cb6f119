import { AppLogger } from '../../../src/platform/logging/app-logger.js';

/** Writes lines and ends at once, as a process does that cannot start. */
const log = new AppLogger({ level: 'info' });
for (let count = 0; count < 5; count++) log.write('info', 'a line', { count });
process.exit(3);
