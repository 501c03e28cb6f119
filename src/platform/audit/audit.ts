import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Ids } from '../clock/ids.js';
import { type RequestContext, requestContext } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';

export interface AuditEntry {
  /** `<module>.<action>`, for HTTP the operation id. */
  readonly action: string;
  /** Which things it touched, as public ids by name. Nothing else: this table is never cleaned. */
  readonly target?: Readonly<Record<string, string>>;
  /** HTTP status of a request; absent for the command line and jobs. */
  readonly status?: number;
}

const COLUMNS = 'id, at, actor_kind, actor_id, actor_label, action, target, request_id, status';
const PLACES = '$1, $2, $3, $4, $5, $6, $7, $8, $9';

const APPEND_ALL = {
  name: 'audit-append-all',
  text: `
  INSERT INTO platform.audit_entries (corp_id, ${COLUMNS})
  SELECT $1, ${COLUMNS} FROM json_to_recordset($2::json) AS e(id uuid, at timestamptz, actor_kind text, actor_id text,
         actor_label text, action text, target jsonb, request_id text, status int)`,
};

/**
 * The append-only trail of writes. The HTTP layer appends one entry for every write request by itself; use cases outside
 * HTTP append their own, inside their unit of work, so that an effect without its entry cannot exist.
 *
 * Work for a corp stands in `platform.audit_entries`, behind the tenant wall; work that belongs to none (operator keys,
 * refused connects) in `platform.operator_audit_entries`.
 */
@Injectable()
export class Audit {
  constructor(
    private readonly database: Database,
    private readonly unit: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Inside an open unit of work. Actor and request come from the request context. */
  async append(entry: AuditEntry): Promise<void> {
    const corpId = this.unit.findCorpId();
    const context = requestContext.current();
    const actor = context?.actor ?? { kind: 'system', id: 'system', label: 'system' };
    const values = [
      this.ids.next(),
      this.clock.now(),
      actor.kind,
      actor.id,
      actor.label,
      entry.action,
      JSON.stringify(entry.target ?? {}),
      context?.requestId ?? null,
      entry.status ?? null,
    ];
    if (corpId === undefined) {
      await this.database.query(
        `INSERT INTO platform.operator_audit_entries (${COLUMNS}) VALUES (${PLACES})`,
        values,
      );
      return;
    }
    await this.database.query(
      `INSERT INTO platform.audit_entries (${COLUMNS}, corp_id) VALUES (${PLACES}, $10)`,
      [...values, corpId],
    );
  }

  /** Of several callers at once, of whom each stands in `by`. Inside an open unit of work of a corp. */
  async appendAll(
    entries: readonly (AuditEntry & { readonly by: RequestContext | undefined })[],
  ): Promise<void> {
    const at = this.clock.now();
    const rows = entries.map(({ action, target = {}, status, by }) => ({
      id: this.ids.next(),
      at,
      actor_kind: by?.actor.kind ?? 'system',
      actor_id: by?.actor.id ?? 'system',
      actor_label: by?.actor.label ?? 'system',
      action,
      target,
      request_id: by?.requestId,
      status,
    }));
    await this.database.query(APPEND_ALL, [this.unit.corpId(), JSON.stringify(rows)]);
  }
}
