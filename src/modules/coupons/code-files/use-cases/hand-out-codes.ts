import { Injectable } from '@nestjs/common';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { codeFilesErrors } from '../code-files.errors.js';
import { CodeTexts } from '../queries/code-texts.js';
import { CodeFiles } from './code-files.js';

/** In units of work of its own: that the file was given is written down before the first code leaves. */
@Injectable()
export class HandOutCodes {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly files: CodeFiles,
    private readonly texts: CodeTexts,
  ) {}

  /** @throws coupons.code_file_not_found, code_file_not_ready, code_file_handed_out */
  async open(
    { corpId, owner }: AuthenticatedKey,
    id: string,
  ): Promise<{ name: string; texts: AsyncGenerator<string> }> {
    if (!corpId) throw codeFilesErrors.code_file_not_found();
    const file = await this.unit.run(corpId, () => this.files.handOut(id, owner));
    return { name: file.name, texts: this.texts.of(corpId, file) };
  }
}
