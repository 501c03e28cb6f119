import { startApplication, type RunningApplication } from './bootstrap.js';
import { AppConfig } from './platform/config/app-config.js';

async function main(): Promise<void> {
  const config = AppConfig.fromEnvironment(process.env);
  for (const warning of config.warnings()) process.stderr.write(`${warning}\n`);
  const running = await startApplication(config);
  process.stdout.write(`WeCom SCRM (${config.role}) ${running.url}\n`);
  closeOnSignal(running);
}

/** The first signal closes in order; a second one ends the process at once. */
function closeOnSignal(running: RunningApplication): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1);
      closing = true;
      running.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

main().catch((error: unknown) => {
  // The message is made for the operator; a stack would only push it off the screen.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
