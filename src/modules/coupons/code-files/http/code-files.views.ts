import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { CHANNEL_MAX } from '../../claims/domain/issue-order.js';
import {
  CODE_FILE_STATES,
  type CodeFile,
  type CodeFileState,
  CODES_PER_FILE_MAX,
} from '../domain/code-file.js';
import type { NewCodeFile } from '../persistence/code-file-store.js';
import { CODE_FILE_ID_PREFIX } from '../use-cases/code-files.js';

const BATCH_ID_PREFIX = 'cpb';
const CUSTOMER_ID_PREFIX = 'cus';
const NAME_MAX = 100;
const CODE_MAX = 100;
const OWNER_MAX = 200;
const TYPED_CODE_MAX = 100;

export class CodeFileDto {
  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: NAME_MAX, example: '异业合作券码' })
  name: string;

  @IntegerField({ min: 1, max: CODES_PER_FILE_MAX, example: 5_000 })
  count: number;

  @TimeField({ stored: true, description: 'a code that nobody has used by then is void' })
  bindUntil: Date;

  @TextField({ max: CHANNEL_MAX, optional: true, example: 'partner', description: 'shown in the figures' })
  channel?: string;

  static read(this: void, { batchId, name, count, bindUntil, channel }: CodeFileDto): NewCodeFile {
    return { batchId, name, wanted: count, bindUntil, channel: channel ?? null };
  }
}

export class BindCodeDto {
  @TextField({ max: TYPED_CODE_MAX, example: '7ZQ4-M1XK-0D9H-8RTB-W' })
  code: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;
}

export class CodeFileView {
  @PublicIdField(CODE_FILE_ID_PREFIX)
  id: string;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: NAME_MAX, example: '异业合作券码' })
  name: string;

  @IntegerField({ min: 1, max: CODES_PER_FILE_MAX, example: 5_000 })
  wanted: number;

  @IntegerField({ min: 0, max: CODES_PER_FILE_MAX, example: 5_000, description: 'codes that are in it' })
  made: number;

  @TextField({ max: CHANNEL_MAX, nullable: true, example: 'partner' })
  channel: string | null;

  @TimeField()
  bindUntil: string;

  @EnumField(CODE_FILE_STATES, { example: 'ready', description: 'making → ready → handed_out, once' })
  state: CodeFileState;

  @PublicIdField(OPERATION_ID_PREFIX, { description: 'progress, and where it is cancelled' })
  operationId: string;

  @TextField({ max: CODE_MAX, nullable: true, example: null, description: 'why there are fewer than wanted' })
  errorCode: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  finishedAt: string | null;

  @TimeField({ nullable: true })
  handedOutAt: string | null;

  @TextField({ max: OWNER_MAX, nullable: true, example: null, description: 'owner of the key that took it' })
  handedOutTo: string | null;

  static of(this: void, file: CodeFile): CodeFileView {
    const { id, batchId, operationId, bindUntil, createdAt, finishedAt, handedOutAt, ...rest } = file;
    return {
      ...rest,
      id: toPublicId(CODE_FILE_ID_PREFIX, id),
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      operationId: toPublicId(OPERATION_ID_PREFIX, operationId),
      bindUntil: bindUntil.toISOString(),
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
      handedOutAt: handedOutAt?.toISOString() ?? null,
    };
  }
}
