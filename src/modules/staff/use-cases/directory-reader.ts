import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { DirectoryGateway, WecomApiError } from '../../../wecom/index.js';
import type { DepartmentReading } from '../domain/department.js';
import type { Answer, StaffReading } from '../domain/staff.js';

/** No such member (page 90196), no such department (page 95351). */
const GONE = new Set([60111, 40003, 60003, 60123]);
/** Outside the visible range of the app, which says nothing about whether it exists. */
const HIDDEN = new Set([50002, 60011, 60021, 60030]);

/** Asks WeCom about one member or department. Outside any unit of work. */
@Injectable()
export class DirectoryReader {
  constructor(private readonly gateway: DirectoryGateway) {}

  readStaff(corpId: CorpId, userId: string): Promise<Answer<StaffReading>> {
    return answerOf(this.gateway.getStaff(corpId, userId));
  }

  readDepartment(corpId: CorpId, departmentId: number): Promise<Answer<DepartmentReading>> {
    return answerOf(this.gateway.getDepartment(corpId, departmentId));
  }
}

async function answerOf<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { outcome: 'known', value: await call };
  } catch (error) {
    if (error instanceof WecomApiError && GONE.has(error.errcode)) return { outcome: 'gone' };
    if (error instanceof WecomApiError && HIDDEN.has(error.errcode)) return { outcome: 'hidden' };
    throw error;
  }
}
