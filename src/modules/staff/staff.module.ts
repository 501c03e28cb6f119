import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WecomModule } from '../../wecom/index.js';
import { StaffController } from './http/staff.controller.js';
import { StoresController } from './http/stores.controller.js';
import { DepartmentRepository } from './persistence/department-repository.js';
import { DirectorySweep } from './persistence/directory-sweep.js';
import { StaffRepository } from './persistence/staff-repository.js';
import { StoreRepository } from './persistence/store-repository.js';
import { staffRows } from './persistence/staff.row.js';
import { ListDepartments } from './queries/list-departments.js';
import { ListStaff } from './queries/list-staff.js';
import { StaffPlaces } from './queries/staff-places.js';
import { Stores } from './queries/stores.js';
import { DirectoryReactions } from './reactions/directory-reactions.js';
import { StartStaffSync } from './reactions/start-sync.js';
import { StaffDirectory } from './staff.facade.js';
import { ChangeStores } from './use-cases/change-stores.js';
import { DirectoryReader } from './use-cases/directory-reader.js';
import { RecordDirectory } from './use-cases/record-directory.js';
import { StaffSync } from './use-cases/staff-sync.js';

@Module({
  imports: [TypeOrmModule.forFeature(staffRows), WecomModule],
  controllers: [StaffController, StoresController],
  providers: [
    DepartmentRepository,
    StaffRepository,
    DirectorySweep,
    ListDepartments,
    ListStaff,
    StaffPlaces,
    DirectoryReader,
    RecordDirectory,
    StaffSync,
    DirectoryReactions,
    StartStaffSync,
    StaffDirectory,
    StoreRepository,
    Stores,
    ChangeStores,
  ],
  exports: [StaffDirectory, Stores],
})
export class StaffModule {}
