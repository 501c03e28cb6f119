import { encrypt } from '@wecom/crypto';

export const sandbox = encrypt;
