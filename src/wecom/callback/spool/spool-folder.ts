import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Clock } from '../../../platform/clock/clock.js';
import { Ids } from '../../../platform/clock/ids.js';

const OPEN = '.open';
const CLAIMED = '.claimed';
/** A claim this old is of a process that died: a file of 4 MiB is drained in seconds. */
const CLAIM_LIFE_MS = 60_000;

export interface SpoolSize {
  /** All files together, the refused ones too. */
  readonly bytes: number;
  readonly refusedBytes: number;
  readonly waitingFiles: number;
  /** When the oldest waiting file was begun. */
  readonly oldestAt: Date | undefined;
}

/**
 * The files of the spool. Every process with this data folder writes files of its own and drains all of them, so nobody
 * has to know who is alive: a file is drained after it was claimed by renaming it, and a writer whose file was renamed
 * notices before it acknowledges anything (`SpoolWriter`). `refused/` holds lines that no database would take.
 */
export class SpoolFolder {
  private readonly refused: string;
  private readonly self: string;

  constructor(
    private readonly folder: string,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {
    this.refused = path.join(folder, 'refused');
    this.self = ids.next();
  }

  async make(): Promise<void> {
    await mkdir(this.refused, { recursive: true, mode: 0o700 });
  }

  /** A new file for this process; its name is on disk when this returns. */
  async create(): Promise<{ file: string; handle: Awaited<ReturnType<typeof open>> }> {
    const file = path.join(this.folder, `${this.ids.next()}${OPEN}`);
    return { file, handle: await this.createAt(file) };
  }

  /** Takes every file that is still written to, and those of claimers that died. @returns them, the oldest first. */
  async claim(): Promise<string[]> {
    const claimed: string[] = [];
    for (const name of (await this.names()).sort()) {
      const file = path.join(this.folder, name);
      if (name.endsWith(`.${this.self}${CLAIMED}`)) claimed.push(file);
      else if (name.endsWith(OPEN) || (await this.isAbandoned(file))) {
        const own = path.join(this.folder, `${name.split('.', 1)[0]}.${this.self}${CLAIMED}`);
        if (await this.take(file, own)) claimed.push(own);
      }
    }
    return claimed;
  }

  read(file: string): Promise<Buffer> {
    return readFile(file);
  }

  remove(file: string): Promise<void> {
    return rm(file, { force: true });
  }

  /** Keeps lines aside, for a person: moved back as `NAME.open` they are tried again. */
  async refuse(lines: readonly Buffer[]): Promise<void> {
    const handle = await this.createAt(path.join(this.refused, `${this.ids.next()}.lines`));
    try {
      await handle.appendFile(Buffer.concat(lines));
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async size(): Promise<SpoolSize> {
    const waiting = await this.names();
    const waitingBytes = await bytesOf(this.folder, waiting);
    const refusedBytes = await bytesOf(this.refused, await readdir(this.refused));
    const [oldest] = waiting.sort();
    return {
      bytes: waitingBytes + refusedBytes,
      refusedBytes,
      waitingFiles: waiting.length,
      oldestAt: oldest === undefined ? undefined : madeAt(oldest),
    };
  }

  private async names(): Promise<string[]> {
    const names = await readdir(this.folder);
    return names.filter((name) => name.endsWith(OPEN) || name.endsWith(CLAIMED));
  }

  private async isAbandoned(file: string): Promise<boolean> {
    const found = await stat(file).catch(() => undefined); // drained in this moment
    return found !== undefined && this.clock.now().getTime() - found.mtimeMs > CLAIM_LIFE_MS;
  }

  /** Of several processes that try, one succeeds. */
  private async take(file: string, own: string): Promise<boolean> {
    try {
      await rename(file, own);
    } catch {
      return false;
    }
    const now = this.clock.now();
    await utimes(own, now, now);
    return true;
  }

  private async createAt(file: string): Promise<Awaited<ReturnType<typeof open>>> {
    const handle = await open(file, 'ax', 0o600);
    try {
      const folder = await open(path.dirname(file), 'r');
      await folder.sync().finally(() => folder.close());
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

async function bytesOf(folder: string, names: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) {
    const found = await stat(path.join(folder, name)).catch(() => undefined); // drained in this moment
    bytes += found?.size ?? 0;
  }
  return bytes;
}

/** The names begin with a UUID version 7, whose first 48 bits are the time. */
function madeAt(name: string): Date {
  return new Date(Number.parseInt(name.replaceAll('-', '').slice(0, 12), 16));
}
