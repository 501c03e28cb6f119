import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Ids } from '../../../platform/clock/ids.js';
import { Database } from '../../../platform/database/database.js';
import type { FileKind, WelcomeFile } from '../domain/file.js';

export interface NewFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Needs the alias `f`; never the bytes. */
const COLUMNS = `f.id, f.kind, f.name, f.content_type AS "contentType", f.size_bytes AS "sizeBytes",
  f.wecom_reference AS "wecomReference", f.usable_until AS "usableUntil", f.problem, f.problem_at AS "problemAt",
  f.created_at AS "createdAt",
  EXISTS (SELECT FROM welcome.rule_files r WHERE r.corp_id = f.corp_id AND r.file_id = f.id) AS "inUse"`;

@Injectable()
export class FileRepository {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert(file: NewFile): Promise<WelcomeFile> {
    return this.database.one<WelcomeFile>(
      `INSERT INTO welcome.files AS f (corp_id, id, kind, name, content_type, size_bytes, bytes, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        file.kind,
        file.name,
        file.contentType,
        file.bytes.length,
        file.bytes,
      ],
    );
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*) AS count FROM welcome.files WHERE corp_id = $1',
      [this.database.corpId],
    );
    return count;
  }

  /** In the order in which they came. */
  list(after: { id: string } | undefined, limit: number): Promise<WelcomeFile[]> {
    return this.database.query<WelcomeFile>(
      `SELECT ${COLUMNS} FROM welcome.files f
        WHERE f.corp_id = $1 AND ($2::uuid IS NULL OR f.id > $2) ORDER BY f.id LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  findAll(ids: readonly string[]): Promise<WelcomeFile[]> {
    return this.database.query<WelcomeFile>(
      `SELECT ${COLUMNS} FROM welcome.files f WHERE f.corp_id = $1 AND f.id = ANY($2::uuid[])`,
      [this.database.corpId, ids],
    );
  }

  async find(id: string): Promise<WelcomeFile | undefined> {
    return (await this.findAll([id]))[0];
  }

  /** So that nobody takes a file into use while it is being deleted, or the other way round. */
  async lock(ids: readonly string[]): Promise<void> {
    await this.database.execute(
      'SELECT FROM welcome.files WHERE corp_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE',
      [this.database.corpId, ids],
    );
  }

  async remove(id: string): Promise<void> {
    await this.database.execute('DELETE FROM welcome.files WHERE corp_id = $1 AND id = $2', [
      this.database.corpId,
      id,
    ]);
  }

  /** Undefined when the file is gone. */
  async readBytes(id: string): Promise<Buffer | undefined> {
    const row = await this.database.maybeOne<{ bytes: Buffer }>(
      'SELECT bytes FROM welcome.files WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id],
    );
    return row?.bytes;
  }

  /** Files in use whose media id ends before this time, or that have none. */
  async listStale(before: Date): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT f.id FROM welcome.files f
        WHERE f.corp_id = $1
          AND (f.wecom_reference IS NULL OR f.usable_until < $2)
          AND EXISTS (SELECT FROM welcome.rule_files r WHERE r.corp_id = f.corp_id AND r.file_id = f.id)
        ORDER BY f.id`,
      [this.database.corpId, before],
    );
    return rows.map(({ id }) => id);
  }

  /** @param usableUntil undefined when it stays for ever. */
  async noteUploaded(id: string, reference: string, usableUntil: Date | undefined): Promise<void> {
    await this.database.execute(
      `UPDATE welcome.files SET wecom_reference = $3, usable_until = $4, problem = NULL, problem_at = NULL
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, reference, usableUntil ?? null],
    );
  }

  async noteProblem(id: string, problem: string): Promise<void> {
    await this.database.execute(
      'UPDATE welcome.files SET problem = $3, problem_at = $4 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, problem, this.clock.now()],
    );
  }
}
