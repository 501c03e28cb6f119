import { Injectable } from '@nestjs/common';
import { Audit } from '../../../../platform/audit/audit.js';
import { Clock } from '../../../../platform/clock/clock.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { Batches } from '../../batches/queries/batches.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import { codeFilesErrors } from '../code-files.errors.js';
import type { CodeFile } from '../domain/code-file.js';
import { CodeFileStore, type NewCodeFile } from '../persistence/code-file-store.js';
import { CODE_FILE_OPERATION, codeFileJob } from './make-codes.js';

export const CODE_FILE_ID_PREFIX = 'cpf';

/** What a person does with a file of codes. Inside an open unit of work. */
@Injectable()
export class CodeFiles {
  constructor(
    private readonly store: CodeFileStore,
    private readonly batches: Batches,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly unit: UnitOfWork,
  ) {}

  /** @throws coupons.batch_not_found, batch_not_issuing, code_file_stock, code_file_until */
  async create(wanted: NewCodeFile, owner: string): Promise<CodeFile> {
    const batch = await this.batches.get(wanted.batchId);
    if (batch.state !== 'running') throw claimsErrors.batch_not_issuing();
    if (wanted.bindUntil <= this.clock.now()) throw codeFilesErrors.code_file_until();
    const stock = await this.batches.stockOf(wanted.batchId);
    if (stock < wanted.wanted) throw codeFilesErrors.code_file_stock({ stock });
    const operationId = await this.operations.startAlongside(CODE_FILE_OPERATION, wanted.wanted);
    const file = await this.store.insert(wanted, { owner, operationId });
    await this.jobs.enqueue(codeFileJob, { corpId: this.unit.corpId(), fileId: file.id }, { key: file.id });
    return file;
  }

  /**
   * Whoever calls it has the codes from then on: it stands in the audit trail.
   * @throws coupons.code_file_not_found, code_file_not_ready, code_file_handed_out
   */
  async handOut(id: string, owner: string): Promise<CodeFile> {
    const file = await this.store.handOut(id, owner);
    if (!file) {
      const { state } = await this.get(id);
      throw state === 'making'
        ? codeFilesErrors.code_file_not_ready()
        : codeFilesErrors.code_file_handed_out();
    }
    await this.audit.append({
      action: 'coupons.hand_out_code_file',
      target: { id: toPublicId(CODE_FILE_ID_PREFIX, id) },
    });
    return file;
  }

  /** @throws coupons.code_file_not_found */
  async get(id: string): Promise<CodeFile> {
    const found = await this.store.find(id);
    if (!found) throw codeFilesErrors.code_file_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<CodeFile[]> {
    return this.store.list(after, limit);
  }
}
