/** Under `npm start` one Ctrl-C arrives twice: from the terminal, and forwarded by npm. */
const SAME_KEYSTROKE_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal closes in order and then ends the process; a later second one ends it at once. */
export function endOnSignal(close: () => Promise<void>): void {
  let firstAt: number | undefined;
  const end = (): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > SAME_KEYSTROKE_MS) process.exit(1);
      return;
    }
    firstAt = performance.now();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, end);
}
