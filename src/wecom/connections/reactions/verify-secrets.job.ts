import type { CorpId } from '../../../platform/context/typed-id.js';
import { defineJob } from '../../../platform/jobs/job.js';

/** 12 attempts reach over 16 hours: long enough for somebody to add a trusted address. */
export const verifySecretsJob = defineJob<{ corpId: CorpId }>('wecom.verify_secrets', { attemptsMax: 12 });
