import { type FileHandle, stat } from 'node:fs/promises';
import type { SpoolFolder } from './spool-folder.js';

/** Small enough to be drained from memory, large enough that an outage makes few files. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;
const TOGETHER_BYTES_MAX = 4 * 1024 * 1024;
/** How often a line moves on when other processes claim the file under it. */
const TRIES_MAX = 5;

interface OpenFile {
  readonly file: string;
  readonly handle: FileHandle;
  readonly inode: number;
  bytes: number;
}

interface WaitingLine {
  readonly bytes: Buffer;
  resolve(): void;
  reject(error: unknown): void;
}

/** Appends lines; those that come while one sync runs share the next one. */
export class SpoolWriter {
  private readonly queue: WaitingLine[] = [];
  private writing: Promise<void> | undefined;
  private current: OpenFile | undefined;

  constructor(private readonly folder: SpoolFolder) {}

  /** When it returns the line is on disk, in a file that will be drained. */
  append(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.queue.push({ bytes, resolve, reject });
      this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
    });
  }

  /** The next line begins a new file. */
  async close(): Promise<void> {
    await this.writing;
    await this.roll();
  }

  private async writeAll(): Promise<void> {
    for (let lines = this.take(); lines.length > 0; lines = this.take()) {
      try {
        await this.write(Buffer.concat(lines.map(({ bytes }) => bytes)));
        for (const line of lines) line.resolve();
      } catch (error) {
        await this.roll(); // half a line may stand at its end
        for (const line of lines) line.reject(error);
      }
    }
  }

  private take(): WaitingLine[] {
    let bytes = 0;
    const end = this.queue.findIndex((line) => (bytes += line.bytes.length) > TOGETHER_BYTES_MAX);
    return this.queue.splice(0, end < 0 ? this.queue.length : Math.max(1, end));
  }

  /**
   * Whoever drains renames the file first and reads it then. So a line that is on disk before a look that still finds
   * the file under its name will be read; when the look finds it gone, the line is written again to a new file, and
   * should it have been read all the same, it is only repeated.
   */
  private async write(bytes: Buffer): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const open = this.current ?? (await this.begin());
      await open.handle.appendFile(bytes);
      await open.handle.datasync();
      open.bytes += bytes.length;
      const isInPlace = await isFile(open);
      if (!isInPlace || open.bytes >= FILE_BYTES_MAX) await this.roll();
      if (isInPlace) return;
    }
    throw new Error('the spool file was claimed again and again');
  }

  private async begin(): Promise<OpenFile> {
    const { file, handle } = await this.folder.create();
    const { ino: inode } = await handle.stat();
    this.current = { file, handle, inode, bytes: 0 };
    return this.current;
  }

  private async roll(): Promise<void> {
    const open = this.current;
    this.current = undefined;
    await open?.handle.close().catch(() => undefined); // what matters was synced before
  }
}

async function isFile({ file, inode }: OpenFile): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.ino === inode;
}
