import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import { Database } from './database.js';
import { UnitOfWork } from './unit-of-work.js';

const BIGINT_OID = 20;
/** For a new connection or a free one of the pool; WeCom waits no longer for an answer. Without it requests pile up. */
const CONNECTION_WAIT_MS = 5_000;

/**
 * What the server ends by itself: a statement that no process can still wait for (see STATEMENT_MAX_MS), and a transaction
 * whose process is gone or blocked. It holds locks meanwhile.
 */
const SERVER_LIMITS = '-c statement_timeout=130s -c idle_in_transaction_session_timeout=60s';

/** `bigint` columns hold counts and points, which stay far below 2^53; anything larger is refused, never rounded. */
pg.types.setTypeParser(BIGINT_OID, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error('a bigint from the database exceeds 2^53');
  return value;
});

/**
 * The server may end a connection at any moment, also in the instant between the pool that hands it out and the work that
 * takes it, where nobody listens: the process died of it (a server that shut down under load). The statement fails anyway.
 */
class PoolClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

@Global()
@Module({})
export class DatabaseModule {
  /** @param options.url connects as the app role; `poolMax` bounds the connections of this process. */
  static connect(options: { url: string; poolMax: number }): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: options.url,
          autoLoadEntities: true,
          poolErrorHandler: () => undefined, // the next query on that connection reports it with its context
          extra: {
            Client: PoolClient,
            max: options.poolMax,
            connectionTimeoutMillis: CONNECTION_WAIT_MS,
            keepAlive: true, // finds out that a server is gone for good while nothing is sent
            options: SERVER_LIMITS,
          },
          applicationName: 'wecom-scrm',
          retryAttempts: 3, // a machine that stands still for seconds is no reason to give up a start
          retryDelay: 500,
        }),
      ],
      providers: [UnitOfWork, Database],
      exports: [UnitOfWork, Database, TypeOrmModule],
    };
  }
}
