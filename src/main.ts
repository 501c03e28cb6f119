import { startApplication } from './bootstrap.js';
import { endOnSignal } from './end-on-signal.js';
import { AppConfig } from './platform/config/app-config.js';

async function main(): Promise<void> {
  const config = AppConfig.fromEnvironment(process.env);
  for (const warning of config.warnings()) process.stderr.write(`${warning}\n`);
  const running = await startApplication(config);
  process.stdout.write(`WeCom SCRM (${config.role}) ${running.url}\n`);
  endOnSignal(() => running.close());
}

main().catch((error: unknown) => {
  // The message is made for the operator; a stack would only push it off the screen.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
