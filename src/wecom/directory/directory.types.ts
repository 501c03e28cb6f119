/** Page 95351. The root has id 1 and parent 0. */
export interface WecomDepartment {
  id: number;
  /** Missing where the app does not see the department and only the assistant lists it. */
  name?: string;
  parentId: number;
  /** Larger first. */
  order: number;
  leaderUserIds: string[];
}

/** Page 90196. Apps made after 2022-06-20 get no avatar, mobile, email or gender. */
export interface WecomStaff {
  userId: string;
  name: string;
  /** Empty when cleared, missing when withheld; `position` likewise. */
  alias?: string;
  position?: string;
  /** Only the departments that the app can see. */
  departmentIds: number[];
  mainDepartmentId?: number;
  leaderInDepartmentIds: number[];
  directLeaderUserIds: string[];
  /** 1 active, 2 disabled, 4 not activated, 5 left the corp. Only active staff serve customers. */
  status: number;
  thumbAvatarUrl?: string;
}

/** One row for each (member, department) pair, page 96067. */
export interface WecomStaffPlace {
  userId: string;
  departmentId: number;
}
