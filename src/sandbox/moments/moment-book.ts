import { randomBytes } from 'node:crypto';
import { monthOf } from '../china-calendar.js';
import type { SandboxSwitches } from '../sandbox.types.js';

/** A result can be asked for within 24 h (page 95094). */
const JOB_LIFE_S = 86_400;

export interface MomentReaction {
  externalUserId: string;
  kind: 'comment' | 'like';
  at: number;
}

export interface MomentTask {
  userId: string;
  publishedAt?: number;
  reactions: MomentReaction[];
}

export interface Moment {
  momentId: string;
  jobId: string;
  corpId: string;
  createdAt: number;
  createdAtMs: number;
  /** The member who posted it himself; absent when the API made it. */
  creator?: string;
  /** Customers with one of these tags only; then it is a partial one. */
  tagIds: string[];
  content: Record<string, unknown>;
  tasks: MomentTask[];
  /** What the job says about it in the end. */
  errcode: number;
  invalid: { userIds: string[]; departmentIds: number[]; tagIds: string[] };
  cancelled?: true;
  deleted?: true;
}

/** 客户朋友圈. Not kept over a restart. */
export class MomentBook {
  private readonly moments: Moment[] = [];

  constructor(
    private readonly nowMs: () => number,
    private readonly switches: SandboxSwitches,
  ) {}

  add(moment: Omit<Moment, 'momentId' | 'jobId' | 'createdAt' | 'createdAtMs'>): Moment {
    const createdAtMs = this.nowMs();
    const kept = {
      ...moment,
      momentId: `mom${randomBytes(18).toString('base64url')}`,
      jobId: `job${randomBytes(24).toString('base64url')}`,
      createdAtMs,
      createdAt: Math.floor(createdAtMs / 1000),
    };
    this.moments.push(kept);
    return kept;
  }

  /** 1 started, 2 running, 3 done (page 95094). */
  jobStatus(moment: Moment): 1 | 2 | 3 {
    if (moment.creator) return 3;
    const steps = Math.floor((this.nowMs() - moment.createdAtMs) / Math.max(1, this.switches.momentStepMs));
    return steps < 1 ? 1 : steps < 2 ? 2 : 3;
  }

  /** `expired`: the job existed, its result is purged. */
  job(corpId: string, jobId: string): Moment | 'expired' | undefined {
    const moment = this.moments.find((item) => item.corpId === corpId && item.jobId === jobId);
    const ageS = moment ? this.nowMs() / 1000 - moment.createdAt : 0;
    return moment && ageS >= JOB_LIFE_S ? 'expired' : moment;
  }

  /** Moments that exist: their job is done and went well, nobody deleted them. */
  find(corpId: string, momentId: string): Moment | undefined {
    return this.ofCorp(corpId, 0).find(({ moment }) => moment.momentId === momentId)?.moment;
  }

  ofCorp(corpId: string, after: number): { position: number; moment: Moment }[] {
    return this.moments
      .map((moment, index) => ({ position: index + 1, moment }))
      .filter(
        ({ position, moment }) =>
          position > after &&
          moment.corpId === corpId &&
          moment.errcode === 0 &&
          !moment.deleted &&
          this.jobStatus(moment) === 3,
      );
  }

  madeThisMonth(corpId: string): number {
    const { startS } = monthOf(this.nowMs() / 1000);
    return this.moments.filter(
      (moment) => moment.corpId === corpId && !moment.creator && moment.createdAt >= startS,
    ).length;
  }
}
