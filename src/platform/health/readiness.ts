import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { shippedMigrations } from '../database/migrate.js';
import { UnitOfWork } from '../database/unit-of-work.js';

export type CheckState = 'ok' | 'failing' | 'stopping';
export interface ReadinessState {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckState>>;
}
const CHECK_TIMEOUT_MS = 2_000;

/** Whether this process should get traffic. Others add their own checks; a check is quick and has no effect. */
@Injectable()
export class Readiness implements OnModuleInit, OnModuleDestroy {
  private readonly checks = new Map<string, () => Promise<boolean>>();
  private readonly held = new Set<string>();
  private reading: Promise<ReadinessState> | undefined;
  private stopping = false;
  private migrated = false;

  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.register('database', async () => {
      await this.unit.read(undefined, () => this.database.query('SELECT 1'));
      return true;
    });
    this.register('migrations', () => this.isMigrated());
  }

  /** @param check false or an error means not ready; the reason stays inside. @throws when the name is taken. */
  register(name: string, check: () => Promise<boolean>): void {
    if (this.checks.has(name)) throw new Error(`readiness check ${name} is registered twice`);
    this.checks.set(name, check);
  }

  /** Not ready until `pass(name)`: for what must happen once before the first traffic. @throws when the name is taken. */
  hold(name: string): void {
    this.held.add(name);
    this.register(name, async () => !this.held.has(name));
  }

  pass(name: string): void {
    this.held.delete(name);
  }

  /** From now on not ready, for ever: called first in a shutdown, so that no new traffic comes. */
  stop(): void {
    this.stopping = true;
  }

  onModuleDestroy(): void {
    this.stop();
  }

  isStopping(): boolean {
    return this.stopping;
  }

  /** Anybody may ask, without a key: those who ask at the same time share one look. */
  read(): Promise<ReadinessState> {
    this.reading ??= this.look().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async look(): Promise<ReadinessState> {
    if (this.stopping) return { ready: false, checks: { process: 'stopping' } };
    const states = await Promise.all(
      [...this.checks].map(
        async ([name, check]) => [name, (await succeeds(check)) ? 'ok' : 'failing'] as const,
      ),
    );
    return { ready: states.every(([, state]) => state === 'ok'), checks: Object.fromEntries(states) };
  }

  /** Once complete it stays complete: migrations are never taken back under a running process. */
  private async isMigrated(): Promise<boolean> {
    if (this.migrated) return true;
    const shipped = await shippedMigrations();
    const rows = await this.unit.read(undefined, () =>
      this.database.query<{ timestamp: number }>('SELECT timestamp FROM platform.migrations'),
    );
    const ran = new Set(rows.map(({ timestamp }) => timestamp));
    this.migrated = shipped.every((stamp) => ran.has(stamp));
    return this.migrated;
  }
}

/** A check that hangs is a check that fails. */
function succeeds(check: () => Promise<boolean>): Promise<boolean> {
  const tooLong = sleep(CHECK_TIMEOUT_MS, false, { ref: false });
  return Promise.race([check(), tooLong]).catch(() => false);
}
