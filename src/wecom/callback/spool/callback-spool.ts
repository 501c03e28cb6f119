import path from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Ids } from '../../../platform/clock/ids.js';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Metrics } from '../../../platform/health/metrics.js';
import { AppLogger } from '../../../platform/logging/app-logger.js';
import type { CallbackRequest } from '../callback-opener.js';
import { SpoolFolder, type SpoolSize } from './spool-folder.js';
import { lineOf } from './spool-record.js';
import { SpoolWriter } from './spool-writer.js';

const FOLDER = 'callback-spool';
const EMPTY: SpoolSize = { bytes: 0, refusedBytes: 0, waitingFiles: 0, oldestAt: undefined };

/** Nothing was written: the next callbacks fit again when some were drained. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull';
}

/**
 * Where callbacks wait on the local disk while the database is slow or gone. From the first one on all of them come
 * here, so that none waits for a database that does not answer; `SpoolDrain` finds out when it does again.
 */
@Injectable()
export class CallbackSpool implements OnApplicationBootstrap, OnModuleDestroy {
  readonly folder: SpoolFolder;
  private readonly writer: SpoolWriter;
  private readonly bytesMax: number;
  private known = EMPTY;
  private writtenSince = 0;
  private isUsable = true;
  private divertedSince: Date | undefined;

  constructor(
    config: AppConfig,
    ids: Ids,
    metrics: Metrics,
    private readonly clock: Clock,
    private readonly log: AppLogger,
  ) {
    this.folder = new SpoolFolder(path.resolve(config.dataDir, FOLDER), ids, clock);
    this.writer = new SpoolWriter(this.folder);
    this.bytesMax = config.callbackSpoolMbMax * 1024 * 1024;
    this.showIn(metrics);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.measure();
  }

  async onModuleDestroy(): Promise<void> {
    await this.writer.close();
  }

  isDiverting(): boolean {
    return this.divertedSince !== undefined;
  }

  /** From now on callbacks do not try the database. */
  divert(error: unknown): void {
    if (this.divertedSince) return;
    this.divertedSince = this.clock.now();
    this.log.write('warn', 'the database is slow or gone: callbacks go to the spool', { error });
  }

  resume(): void {
    if (!this.divertedSince) return;
    const ms = this.clock.now().getTime() - this.divertedSince.getTime();
    this.divertedSince = undefined;
    this.log.write('info', 'callbacks go to the database again', { ms });
  }

  /** When it returns the callback is on disk. @throws SpoolFull, or what the disk says. */
  async append(request: CallbackRequest, body: Buffer): Promise<void> {
    const line = lineOf(request, body);
    if (this.known.bytes + this.writtenSince + line.length > this.bytesMax) throw new SpoolFull();
    this.writtenSince += line.length;
    await this.writer.append(line);
  }

  /** The files as they are now, also those of other processes. */
  async measure(): Promise<SpoolSize> {
    const before = this.writtenSince;
    this.known = await this.look();
    this.writtenSince -= before; // what came while it looked may be counted twice until the next look
    return this.known;
  }

  /** A folder that cannot be used is an empty one: the state of the database must be found out all the same. */
  private async look(): Promise<SpoolSize> {
    try {
      await this.folder.make();
      const size = await this.folder.size();
      this.isUsable = true;
      return size;
    } catch (error) {
      if (this.isUsable)
        this.log.write('error', 'the callback spool cannot be used: see DATA_DIR', { error });
      this.isUsable = false;
      return EMPTY;
    }
  }

  private showIn(metrics: Metrics): void {
    metrics.gauge(
      'wecom_callback_spool_bytes',
      'Callbacks on the local disk: waiting for the database, or refused by it and waiting for a person',
      ['state'],
      (gauge) => {
        const { bytes, refusedBytes } = this.known;
        gauge.set({ state: 'waiting' }, bytes - refusedBytes + this.writtenSince);
        gauge.set({ state: 'refused' }, refusedBytes);
      },
    );
    metrics.gauge(
      'wecom_callback_spool_oldest_seconds',
      'Age of the oldest callbacks that wait on the local disk, 0 when none does',
      [],
      (gauge) => {
        const { oldestAt } = this.known;
        gauge.set(oldestAt ? Math.max(0, (this.clock.now().getTime() - oldestAt.getTime()) / 1000) : 0);
      },
    );
  }
}
