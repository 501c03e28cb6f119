import { Injectable } from '@nestjs/common';
import {
  FILE_BYTES_MAX,
  FILE_BYTES_MIN,
  type FileKind,
  FILES_MAX,
  sniffContentType,
  type WelcomeFile,
} from '../domain/file.js';
import { FileRepository } from '../persistence/file-repository.js';
import { welcomeErrors } from '../welcome.errors.js';
import { UploadFiles } from './upload-files.js';

/** Inside an open unit of work. */
@Injectable()
export class ChangeFiles {
  constructor(
    private readonly files: FileRepository,
    private readonly uploads: UploadFiles,
  ) {}

  /**
   * Keeps the bytes; WeCom gets them right after the commit.
   * @throws welcome.file_size, file_type_unsupported, files_full
   */
  async store(kind: FileKind, name: string, bytes: Buffer): Promise<WelcomeFile> {
    const bytesMax = FILE_BYTES_MAX[kind];
    if (bytes.length < FILE_BYTES_MIN || bytes.length > bytesMax) {
      throw welcomeErrors.file_size({ bytes: bytes.length, bytesMin: FILE_BYTES_MIN, bytesMax });
    }
    const contentType = sniffContentType(kind, bytes);
    if (!contentType) throw welcomeErrors.file_type_unsupported({ kind });
    if ((await this.files.count()) >= FILES_MAX) throw welcomeErrors.files_full();
    const file = await this.files.insert({ kind, name, contentType, bytes });
    await this.uploads.enqueue(file.id);
    return file;
  }

  /** @throws welcome.file_not_found, file_in_use */
  async remove(id: string): Promise<void> {
    await this.files.lock([id]);
    const file = await this.files.find(id);
    if (!file) throw welcomeErrors.file_not_found();
    if (file.inUse) throw welcomeErrors.file_in_use();
    await this.files.remove(id);
  }
}
