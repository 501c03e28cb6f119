import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { rmSync } from 'node:fs';

/** Where a server listens: one of the two, never both. */
export type ServerAddress = { readonly socketFolder: string } | { readonly port: number };

const LOOPBACK = '127.0.0.1';
/** The port is only a part of the socket's name. */
const SOCKET_PORT = 5432;
const SOCKET_FILE = `.s.PGSQL.${SOCKET_PORT}`;
/** `sun_path` without its closing zero: unix(7); macOS <sys/un.h>. */
const SOCKET_PATH_MAX_BYTES = process.platform === 'linux' ? 107 : 103;

/** A unix socket in the folder where the path is short enough and the file system has sockets, else a free loopback port. */
export async function chooseAddress(folder: string): Promise<ServerAddress> {
  const fits = Buffer.byteLength(path.join(folder, SOCKET_FILE)) <= SOCKET_PATH_MAX_BYTES;
  if (fits && (await holdsSockets(folder))) return { socketFolder: folder };
  return { port: await freePort() };
}

/** Settings that let the server listen there and nowhere else. */
export function listenSettings(address: ServerAddress): Record<string, string> {
  if ('port' in address) {
    return { listen_addresses: LOOPBACK, port: String(address.port), unix_socket_directories: '' };
  }
  return {
    listen_addresses: '',
    port: String(SOCKET_PORT),
    // A list: the quotes keep a comma or a space in the path.
    unix_socket_directories: `"${address.socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
}

/**
 * `postgres://user:pw@localhost/db?host=/folder&port=5432` for a socket: `host` in the query wins for pg and libpq, and
 * with a host name in its usual place the text is also a URL for `new URL()` and TypeORM; without, it is not.
 */
export function urlAt(address: ServerAddress, user: string, password: string, database: string): string {
  const login = `postgres://${user}:${encodeURIComponent(password)}@`;
  if ('port' in address) return `${login}${LOOPBACK}:${address.port}/${database}`;
  return `${login}localhost/${database}?host=${encodeURIComponent(address.socketFolder)}&port=${SOCKET_PORT}`;
}

async function holdsSockets(folder: string): Promise<boolean> {
  // Not longer than the server's own name, or it could fail where that one fits.
  const probe = path.join(folder, '.s.probe');
  rmSync(probe, { force: true });
  const server = createServer();
  try {
    server.listen(probe);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
    rmSync(probe, { force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port for the database');
  return address.port;
}
