import { Injectable } from '@nestjs/common';
import { Ids } from '../../../platform/clock/ids.js';
import { Database } from '../../../platform/database/database.js';
import type { WelcomeRule, WelcomeRuleContent } from '../domain/rule.js';

const COLUMNS = `id, target, enabled, silent, text, attachments, created_at AS "createdAt", updated_at AS "updatedAt"`;
const FIRST = {
  name: 'welcome-rule-first',
  text: `SELECT ${COLUMNS} FROM welcome.rules
          WHERE corp_id = $1 AND target = ANY($2::text[]) AND enabled
          ORDER BY array_position($2::text[], target) LIMIT 1`,
};

@Injectable()
export class RuleRepository {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** @returns undefined when this target has a rule already. */
  async insert(target: string, content: WelcomeRuleContent): Promise<WelcomeRule | undefined> {
    const rule = await this.database.maybeOne<WelcomeRule>(
      `INSERT INTO welcome.rules (corp_id, id, target, enabled, silent, text, attachments, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), clock_timestamp())
       ON CONFLICT (corp_id, target) DO NOTHING RETURNING ${COLUMNS}`,
      [this.database.corpId, this.ids.next(), target, ...columnsOf(content)],
    );
    if (rule) await this.saveFiles(rule.id, content);
    return rule;
  }

  /** @returns undefined when there is no such rule. */
  async replace(id: string, content: WelcomeRuleContent): Promise<WelcomeRule | undefined> {
    const rule = await this.database.maybeOne<WelcomeRule>(
      `UPDATE welcome.rules SET enabled = $3, silent = $4, text = $5, attachments = $6, updated_at = clock_timestamp()
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, ...columnsOf(content)],
    );
    if (rule) await this.saveFiles(id, content);
    return rule;
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.database.execute('DELETE FROM welcome.rules WHERE corp_id = $1 AND id = $2', [
      this.database.corpId,
      id,
    ]);
    return removed === 1;
  }

  find(id: string): Promise<WelcomeRule | undefined> {
    return this.database.maybeOne<WelcomeRule>(
      `SELECT ${COLUMNS} FROM welcome.rules WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** In the order in which they were made. */
  list(after: { id: string } | undefined, limit: number): Promise<WelcomeRule[]> {
    return this.database.query<WelcomeRule>(
      `SELECT ${COLUMNS} FROM welcome.rules
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  /** The enabled rule of the first of these targets that has one. */
  findFirst(targets: readonly string[]): Promise<WelcomeRule | undefined> {
    return this.database.maybeOne<WelcomeRule>(FIRST, [this.database.corpId, targets]);
  }

  private async saveFiles(ruleId: string, { attachments }: WelcomeRuleContent): Promise<void> {
    const fileIds = [...new Set(attachments.flatMap(({ fileId }) => (fileId ? [fileId] : [])))];
    const params = [this.database.corpId, ruleId, fileIds];
    await this.database.execute(
      'DELETE FROM welcome.rule_files WHERE corp_id = $1 AND rule_id = $2 AND file_id <> ALL($3::uuid[])',
      params,
    );
    await this.database.execute(
      `INSERT INTO welcome.rule_files (corp_id, rule_id, file_id)
       SELECT $1, $2, f.id FROM unnest($3::uuid[]) AS f(id) ON CONFLICT DO NOTHING`,
      params,
    );
  }
}

function columnsOf({ enabled, silent, text, attachments }: WelcomeRuleContent): unknown[] {
  return [enabled, silent, text, JSON.stringify(attachments)];
}
