import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { spellCode } from '../../codes/domain/code.js';
import { Codes } from '../../codes/use-cases/codes.js';
import type { CodeFile } from '../domain/code-file.js';
import { CodeFileStore } from '../persistence/code-file-store.js';

const CODES_PER_PIECE = 1_000;

/** The codes of a file as CSV, a thousand in memory at a time, in units of work of its own. */
@Injectable()
export class CodeTexts {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: CodeFileStore,
    private readonly codes: Codes,
  ) {}

  async *of(corpId: CorpId, { id, bindUntil }: CodeFile): AsyncGenerator<string> {
    yield 'code,bindUntil\r\n';
    const until = bindUntil.toISOString();
    for (let after: string | undefined; ;) {
      const piece = await this.unit.read(corpId, async () => {
        const coupons = await this.store.couponsOf(id, after, CODES_PER_PIECE);
        return { coupons, codes: coupons.length > 0 ? await this.codes.open(coupons) : [] };
      });
      if (piece.coupons.length === 0) return;
      yield piece.codes.map((code) => `${spellCode(code)},${until}\r\n`).join('');
      after = piece.coupons.at(-1)?.id;
    }
  }
}
