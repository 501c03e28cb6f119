import { decrypt } from '@wecom/crypto';

export const borrowed = decrypt;
