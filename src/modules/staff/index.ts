export type { PlacedStaff } from './queries/staff-places.js';
export { StaffDirectory } from './staff.facade.js';
export { StaffModule } from './staff.module.js';
