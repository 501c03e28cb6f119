export type { PlacedStaff } from './queries/staff-places.js';
export { StaffDirectory, staffNameOf } from './staff.facade.js';
export { StaffModule } from './staff.module.js';
