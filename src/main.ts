import { type RunningApplication, startApplication } from './bootstrap.js';
import { endOnSignal } from './end-on-signal.js';
import { AppConfig } from './platform/config/app-config.js';

async function main(): Promise<void> {
  const config = AppConfig.fromEnvironment(process.env);
  for (const warning of config.warnings()) process.stderr.write(`${warning}\n`);
  let running: RunningApplication | undefined = undefined;
  endOnSignal(async () => running?.close()); // also while it waits for the database, as the first process of a container
  running = await startApplication(config);
  process.stdout.write(`WeCom SCRM (${config.role}) ${running.url}\n`);
}

main().catch((error: unknown) => {
  // The message is made for the operator; a stack would only push it off the screen.
  const message = error instanceof Error ? error.message : String(error);
  const isPortTaken = message.includes('EADDRINUSE');
  process.stderr.write(
    `${isPortTaken ? 'The port is taken; set PORT. 端口已被占用，请设置 PORT。 ' : ''}${message}\n`,
  );
  process.exit(1);
});
