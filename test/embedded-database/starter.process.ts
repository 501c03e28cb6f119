/** A process that starts the database and can be killed: see `startTestProcess`. */
import { startDatabase } from '../../src/embedded-database/index.js';

const database = await startDatabase({
  dataDir: process.env['TEST_DATA_DIR'] ?? '',
  console: () => undefined,
});
process.on('message', () => {
  void database.stop().then(() => process.send?.({ type: 'stopped' }));
});
process.send?.({ type: 'started', adminUrl: database.adminUrl });
