import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonTablesOfOthers } from '../../../customers/index.js';
import { LOYALTY_PERSON_TABLES } from '../domain/person-tables.js';

/** What is handed out to a person holds his points, levels and honours. */
@Injectable()
export class HandOutRows implements OnModuleInit {
  constructor(private readonly tables: PersonTablesOfOthers) {}

  onModuleInit(): void {
    this.tables.register(LOYALTY_PERSON_TABLES);
  }
}
