import { createServer } from 'node:net';

const TRIES_MAX = 50;

/**
 * Starts a server on the wanted port or, where that is taken, on the next free one. The start itself decides: between
 * looking and listening another process may take the port.
 */
export async function onFreePort<T>(
  wanted: number,
  host: string,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let port = wanted; port < wanted + TRIES_MAX && port <= 65_535; port++) {
    if (!(await isFree(port, host))) continue;
    try {
      return await start(port);
    } catch (error) {
      // reason for the cast: only its code is read, and it may be missing
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`No free port from ${wanted} on; set PORT. 从 ${wanted} 起没有空闲端口，请设置 PORT。`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
