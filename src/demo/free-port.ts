import { createServer } from 'node:net';

const TRIES_MAX = 50;

/** The wanted port on the loopback address, or the next one that nobody listens on. */
export async function findFreePort(wanted: number, host: string): Promise<number> {
  for (let port = wanted; port < wanted + TRIES_MAX && port <= 65_535; port++) {
    if (await isFree(port, host)) return port;
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
