import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Template, TemplateVersion, TemplateWithVersion } from '../domain/template.js';
import { type CouponTerms, termsOf } from '../domain/terms.js';

const COLUMNS = `t.id, t.key, t.name_zh AS "nameZh", t.name_en AS "nameEn", t.archived_at AS "archivedAt",
  t.created_at AS "createdAt"`;
const VERSION_COLUMNS = `v.id, v.template_id AS "templateId", v.version, v.kind, v.terms, v.created_at AS "createdAt"`;

/** Templates and their versions. Inside an open unit of work. */
@Injectable()
export class TemplateStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined when the key is taken. */
  insert(wanted: Pick<Template, 'key' | 'nameZh' | 'nameEn'>): Promise<Template | undefined> {
    return this.database.maybeOne<Template>(
      `INSERT INTO coupons.templates AS t (corp_id, id, key, name_zh, name_en, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (corp_id, key) DO NOTHING RETURNING ${COLUMNS}`,
      [this.database.corpId, this.ids.next(), wanted.key, wanted.nameZh, wanted.nameEn, this.clock.now()],
    );
  }

  /** Behind the lock of its template, so that two versions at once get two numbers. */
  async insertVersion(templateId: string, terms: CouponTerms): Promise<TemplateVersion> {
    const row = await this.database.one<TemplateVersion>(
      `INSERT INTO coupons.template_versions AS v (corp_id, id, template_id, version, kind, terms, created_at)
       VALUES ($1, $2, $3, 1 + (SELECT count(*) FROM coupons.template_versions WHERE corp_id = $1 AND template_id = $3),
               $4, $5, $6) RETURNING ${VERSION_COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        templateId,
        terms.benefit.kind,
        JSON.stringify(terms),
        this.clock.now(),
      ],
    );
    return revive(row);
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*) AS count FROM coupons.templates WHERE corp_id = $1',
      [this.database.corpId],
    );
    return count;
  }

  lock(id: string): Promise<Template | undefined> {
    return this.database.maybeOne<Template>(
      `SELECT ${COLUMNS} FROM coupons.templates t WHERE t.corp_id = $1 AND t.id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  async update({ id, nameZh, nameEn, archivedAt }: Template): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.templates SET name_zh = $3, name_en = $4, archived_at = $5 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, nameZh, nameEn, archivedAt],
    );
  }

  async find(id: string): Promise<TemplateWithVersion | undefined> {
    const [found] = await this.withNewest('t.id = $2', [id]);
    return found;
  }

  /** The newest first, along the primary key. */
  list(after: { id: string } | undefined, limit: number): Promise<TemplateWithVersion[]> {
    return this.withNewest('($3::uuid IS NULL OR t.id < $3) ORDER BY t.id DESC LIMIT $2', [
      limit,
      after?.id ?? null,
    ]);
  }

  async findVersion(id: string): Promise<(TemplateVersion & { archived: boolean }) | undefined> {
    const row = await this.database.maybeOne<TemplateVersion & { archived: boolean }>(
      `SELECT ${VERSION_COLUMNS}, t.archived_at IS NOT NULL AS archived FROM coupons.template_versions v
         JOIN coupons.templates t ON t.corp_id = $1 AND t.id = v.template_id
        WHERE v.corp_id = $1 AND v.id = $2`,
      [this.database.corpId, id],
    );
    return row && revive(row);
  }

  /** The newest first. */
  async listVersions(
    templateId: string,
    after: { version: number } | undefined,
    limit: number,
  ): Promise<TemplateVersion[]> {
    const rows = await this.database.query<TemplateVersion>(
      `SELECT ${VERSION_COLUMNS} FROM coupons.template_versions v
        WHERE v.corp_id = $1 AND v.template_id = $2 AND ($3::int IS NULL OR v.version < $3) ORDER BY v.version DESC LIMIT $4`,
      [this.database.corpId, templateId, after?.version ?? null, limit],
    );
    return rows.map(revive);
  }

  private async withNewest(where: string, params: readonly unknown[]): Promise<TemplateWithVersion[]> {
    const rows = await this.database.query<Template & { newest: string }>(
      `SELECT ${COLUMNS}, (SELECT row_to_json(n) FROM (
                SELECT ${VERSION_COLUMNS} FROM coupons.template_versions v
                 WHERE v.corp_id = $1 AND v.template_id = t.id ORDER BY v.version DESC LIMIT 1) n) AS newest
         FROM coupons.templates t WHERE t.corp_id = $1 AND ${where}`,
      [this.database.corpId, ...params],
    );
    return rows.map(({ newest, ...template }) => {
      // reason for the cast: json knows no dates, so createdAt comes as a text
      const version = newest as unknown as Omit<TemplateVersion, 'createdAt'> & { createdAt: string };
      return { ...template, newest: revive({ ...version, createdAt: new Date(version.createdAt) }) };
    });
  }
}

function revive<T extends TemplateVersion>(row: T): T {
  return { ...row, terms: termsOf(row.terms) };
}
