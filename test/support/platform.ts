import { type ModuleMetadata, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock } from '../../src/platform/clock/clock.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { FakeClock } from './fake-clock.js';

export interface TestPlatform {
  module: TestingModule;
  database: TestDatabase;
  clock: FakeClock;
  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T;
  close(): Promise<void>;
}

/** Clock, database and the given modules (made with the database's URLs, if they ask) on a database of their own. */
export async function startTestPlatform(
  given: ModuleMetadata | ((database: TestDatabase) => ModuleMetadata) = {},
  options: { poolMax?: number; database?: TestDatabase | undefined } = {},
): Promise<TestPlatform> {
  const database = options.database ?? (await createTestDatabase());
  const clock = new FakeClock();
  const metadata = typeof given === 'function' ? given(database) : given;
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [
      ClockModule,
      DatabaseModule.connect({ url: database.appUrl, poolMax: options.poolMax ?? 10 }),
      ...(metadata.imports ?? []),
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await module.init();
  return {
    module,
    database,
    clock,
    get: (type) => module.get(type),
    close: async () => {
      await module.close();
      await database.drop();
    },
  };
}
