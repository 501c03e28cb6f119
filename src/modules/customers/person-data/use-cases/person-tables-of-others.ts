import { Injectable } from '@nestjs/common';
import type { ExportedRows } from '../domain/exported-table.js';

/**
 * Other modules come to this door with their tables, so that what is handed out to a person is whole. What they forget of him
 * is theirs: they hear `customers.erased`.
 */
@Injectable()
export class PersonTablesOfOthers {
  private readonly known: ExportedRows[] = [];

  /** Call it in `onModuleInit` of a class in `reactions/`. */
  register(tables: readonly ExportedRows[]): void {
    this.known.push(...tables);
  }

  all(): readonly ExportedRows[] {
    return this.known;
  }
}
