export {
  type BehaviourEvent,
  BehaviourEvents,
  SALE_DIMENSIONS,
  type SaleDimension,
  type SalesGroup,
} from './behaviour/queries/behaviour-events.js';
export { EventTypes } from './behaviour/queries/event-types.js';
export { ChangeEventTypes } from './behaviour/use-cases/change-event-types.js';
export { fileAnswer } from './exchange/http/file-answer.js';
export { CustomersFacade } from './customers.facade.js';
export { CustomersModule } from './customers.module.js';
export { IdentifierDto } from './identity/http/identifier.dto.js';
export { customersRows } from './contacts/persistence/customers.rows.js';
export type { Announcement } from './timeline/domain/announcement.js';
export { Announcements, type Announcer } from './timeline/use-cases/announcements.js';
export { OpenCoupons } from './timeline/use-cases/open-coupons.js';
export type { ExportedRows } from './person-data/domain/exported-table.js';
export { PersonTablesOfOthers } from './person-data/use-cases/person-tables-of-others.js';
export type { CustomerFilter } from './search/domain/customer-filter.js';
export { CustomerFilterDto } from './search/http/filter.dto.js';
export { keptFilterErrors } from './search/http/filter-errors.js';
export { readingErrors, UploadedFiles, uploadErrors } from './exchange/use-cases/uploaded-files.js';
export { PART_BYTES_MAX, PARTS_MAX } from './exchange/domain/import.js';
export { FILE_FORMATS, type FileFormat, type SheetRow } from './exchange/formats/sheet.js';
export { IDENTIFIER_KINDS, type GivenIdentifier } from './identity/domain/identifier.js';
