import pg, { type Pool, type QueryResult } from 'pg';
import type { CorpId } from '../context/typed-id.js';
import { isGivenUp, statementLimitMs } from './statement-limit.js';

/** A statement that each connection plans once; the name is unique in the application. For hot reads of few rows. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
  /**
   * One plan serves all values, and it reads along an index in its order: not even where a value has few rows are they
   * gathered and sorted, for the next value may have a million. In a unit of work that writes it is planned each time.
   */
  readonly inOrder?: boolean;
}

/** The corp for row-level security and, to read, no writing: both until the Sync that ends the message. */
const SCOPES = {
  read: {
    name: 'scope-of-a-read',
    text: `SELECT set_config('app.corp_id', $1, true), set_config('transaction_read_only', 'on', true)`,
  },
  readInOrder: {
    name: 'scope-of-a-read-in-order',
    text: `SELECT set_config('app.corp_id', $1, true), set_config('transaction_read_only', 'on', true),
                  set_config('enable_bitmapscan', 'off', true)`,
  },
  write: { name: 'scope-of-a-write', text: `SELECT set_config('app.corp_id', $1, true)` },
};

/** What one statement may do, and for whom. */
export interface Scope {
  readonly corpId: CorpId | undefined;
  readonly mode: keyof typeof SCOPES;
}

/**
 * One statement for one corp, on any free connection, as one message of the extended protocol:
 *
 *     Bind, Execute (scope) · Parse, Bind, Describe, Execute (statement) · Sync
 *
 * PostgreSQL runs all that comes before a Sync in one transaction, so the scope ends with the statement. BEGIN and COMMIT
 * would be two further round trips, each of which costs this process as much as the statement (docs/adr/0013).
 */
export function runScoped<T extends object>(
  pool: Pool,
  scope: Scope,
  statement: string | PreparedStatement,
  params: readonly unknown[],
): Promise<QueryResult<T>> {
  const query = typeof statement === 'string' ? { text: statement } : statement;
  const config = { ...query, values: [...params], query_timeout: statementLimitMs() };
  return new Promise((resolve, reject) => {
    // by callbacks: five promises fewer in what every read waits for
    pool.connect((refusal, client, release) => {
      if (!client) return reject(refusal ?? new Error('the pool gave no connection'));
      const settle = (error: Error | undefined, result: unknown): void => {
        release(isGivenUp(error)); // the pool drops a connection that still owes an answer: the next one would wait as long
        if (error) reject(error);
        else resolve(result as QueryResult<T>); // reason: pg's type says builder of a result; it is the result
      };
      client.query(new ScopedQuery(scope, config, settle));
    });
  });
}

interface Wire {
  parse(message: object): void;
  bind(message: object): void;
  execute(message: object): void;
}

/** What pg's queries do beyond what its types say; pg-cursor and pg-query-stream live on the same. */
interface WireQuery {
  name?: string | undefined;
  prepare(wire: Wire): void;
  handleDataRow(message: object): void;
  handleCommandComplete(message: object, wire: Wire): void;
}

interface ScopedConfig {
  readonly text: string;
  readonly name?: string;
  readonly values: unknown[];
  readonly query_timeout: number;
}

type QueryClass = new (
  config: ScopedConfig & { queryMode: 'extended' },
  callback: (error: Error | undefined, result: unknown) => void,
) => pg.Query & WireQuery;

/** Connections that know the scope's statement. */
const prepared = {
  read: new WeakSet<Wire>(),
  readInOrder: new WeakSet<Wire>(),
  write: new WeakSet<Wire>(),
};

// reason for the cast: see WireQuery
class ScopedQuery extends (pg.Query as unknown as QueryClass) {
  /** pg reads it. */
  readonly query_timeout: number;
  private isScoped = false;

  constructor(
    private readonly scope: Scope,
    config: ScopedConfig,
    callback: (error: Error | undefined, result: unknown) => void,
  ) {
    super({ ...config, queryMode: 'extended' }, callback);
    this.query_timeout = config.query_timeout;
  }

  override prepare(wire: Wire): void {
    const { corpId, mode } = this.scope;
    const { name } = SCOPES[mode];
    if (!prepared[mode].has(wire)) {
      wire.parse(SCOPES[mode]);
      this.name = undefined; // pg would take the first statement that was parsed for the named one
    }
    wire.bind({ statement: name, values: [corpId ?? ''] });
    wire.execute({});
    super.prepare(wire);
  }

  override handleDataRow(message: object): void {
    if (this.isScoped) super.handleDataRow(message);
  }

  override handleCommandComplete(message: object, wire: Wire): void {
    if (this.isScoped) return super.handleCommandComplete(message, wire);
    this.isScoped = true;
    prepared[this.scope.mode].add(wire);
  }
}
