import { randomBytes } from 'node:crypto';
import { KfAccount } from './kf-account.js';
import type { KfState } from './kf-session.js';

const TOKEN_LIFE_S = 600;
const SHORT_CODE_S = 20;
const LONG_CODE_S = 48 * 3600;

/** The right to one message outside of the usual rules (page 95122). */
export interface KfCode {
  /** Absent for a welcome; else the state in which the session must still be. */
  state?: KfState;
  account: KfAccount;
  externalUserId: string;
  expiresAt: number;
}

/** 微信客服 of all corps. Not kept over a restart. */
export class KfDesk {
  private readonly accounts = new Map<string, KfAccount>();
  /** Tokens of callbacks: account and end of life. */
  private readonly tokens = new Map<string, { openKfId: string; expiresAt: number }>();
  private readonly codes = new Map<string, KfCode>();

  add(account: KfAccount): void {
    this.accounts.set(account.openKfId, account);
  }

  remove(openKfId: string): void {
    this.accounts.delete(openKfId);
  }

  find(openKfId: string): KfAccount | undefined {
    return this.accounts.get(openKfId);
  }

  ofCorp(corpId: string): KfAccount[] {
    return [...this.accounts.values()].filter((account) => account.corpId === corpId);
  }

  issueToken(openKfId: string, nowS: number): string {
    for (const [token, { expiresAt }] of this.tokens) if (expiresAt <= nowS) this.tokens.delete(token);
    const token = `ENC${randomBytes(36).toString('base64url')}`;
    this.tokens.set(token, { openKfId, expiresAt: nowS + TOKEN_LIFE_S });
    return token;
  }

  isLive(token: string, openKfId: string, nowS: number): boolean {
    const known = this.tokens.get(token);
    return known !== undefined && known.openKfId === openKfId && known.expiresAt > nowS;
  }

  /** 20 s for the welcome and for the end, 48 h else. */
  issueCode(code: Omit<KfCode, 'expiresAt'>, nowS: number): string {
    const text = `mc${randomBytes(24).toString('base64url')}`;
    const lifeS = code.state === 2 || code.state === 3 ? LONG_CODE_S : SHORT_CODE_S;
    this.codes.set(text, { ...code, expiresAt: nowS + lifeS });
    return text;
  }

  findCode(code: string, nowS: number): KfCode | undefined {
    const known = this.codes.get(code);
    return known && known.expiresAt > nowS ? known : undefined;
  }

  /** One message a code. */
  useUp(code: string): void {
    this.codes.delete(code);
  }
}
