import { toPublicId } from '../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../platform/http/fields.js';
import { ANY_FILE_BYTES_MAX, FILE_KINDS, type FileKind, type WelcomeFile } from '../domain/file.js';

export const FILE_ID_PREFIX = 'wfile';
const NAME_MAX = 100;

export class WelcomeFileQuery {
  @EnumField(FILE_KINDS, {
    example: 'image',
    description:
      'image (JPG, PNG, 10 MiB), video (MP4, 10 MiB), file (any, 20 MiB): sent as such; picture (JPG, PNG, 2 MiB): the cover of a link',
  })
  kind: FileKind;

  @TextField({
    max: NAME_MAX,
    pattern: /^[^"\\/]+$/,
    example: '优惠.png',
    description: 'what the customer sees of a file',
  })
  name: string;
}

export class WelcomeFileView {
  @PublicIdField(FILE_ID_PREFIX)
  id: string;

  @EnumField(FILE_KINDS, { example: 'image' })
  kind: FileKind;

  @TextField({ max: NAME_MAX, example: '优惠.png' })
  name: string;

  @TextField({ max: 100, example: 'image/png', description: 'what the bytes show' })
  contentType: string;

  @IntegerField({ min: 0, max: ANY_FILE_BYTES_MAX, example: 48_213 })
  bytes: number;

  @BooleanField({ example: true, description: 'WeCom has it now' })
  ready: boolean;

  @TimeField({ nullable: true, description: 'WeCom forgets it then; replaced two days before while in use' })
  usableUntil: string | null;

  @TextField({
    max: 300,
    nullable: true,
    example: null,
    description: 'why the last upload to WeCom failed; tried again each hour while in use',
  })
  problem: string | null;

  @TimeField({ nullable: true, example: null })
  problemAt: string | null;

  @BooleanField({ example: true, description: 'a rule sends it' })
  inUse: boolean;

  @TimeField()
  createdAt: string;

  static of(this: void, file: WelcomeFile, now: Date): WelcomeFileView {
    const { usableUntil } = file;
    return {
      id: toPublicId(FILE_ID_PREFIX, file.id),
      kind: file.kind,
      name: file.name,
      contentType: file.contentType,
      bytes: file.sizeBytes,
      ready: file.wecomReference !== null && (usableUntil === null || usableUntil > now),
      usableUntil: usableUntil?.toISOString() ?? null,
      problem: file.problem,
      problemAt: file.problemAt?.toISOString() ?? null,
      inUse: file.inUse,
      createdAt: file.createdAt.toISOString(),
    };
  }
}
