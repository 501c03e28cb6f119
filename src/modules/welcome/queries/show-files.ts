import { Injectable } from '@nestjs/common';
import type { WelcomeFile } from '../domain/file.js';
import { FileRepository } from '../persistence/file-repository.js';

@Injectable()
export class ShowFiles {
  constructor(private readonly files: FileRepository) {}

  find(id: string): Promise<WelcomeFile | undefined> {
    return this.files.find(id);
  }

  /** In the order in which they came. */
  list(after: { id: string } | undefined, limit: number): Promise<WelcomeFile[]> {
    return this.files.list(after, limit);
  }
}
