export type { Store } from './domain/store.js';
export { STORE_CODE, STORE_CODE_MAX } from './domain/store.js';
export type { PlacedStaff } from './queries/staff-places.js';
export { Stores } from './queries/stores.js';
export { StaffDirectory } from './staff.facade.js';
export { StaffModule } from './staff.module.js';
