import { randomBytes } from 'node:crypto';
import type { SandboxSwitches } from '../sandbox.types.js';
import type { Corp } from '../world/corp.js';
import type { SandboxApp } from '../world/corp.types.js';
import type { World } from '../world/world.js';
import { WecomError } from './wecom-error.js';

interface Token {
  corpId: string;
  agentId: number;
  kind: SandboxApp['kind'];
  expiresAt: number;
}

const HOUR_MS = 3_600_000;

/** One token per (corp, app) while it lives (page 91039). They are not kept over a restart: WeCom may end one early. */
export class Tokens {
  private readonly tokens = new Map<string, Token>();
  private readonly current = new Map<string, string>();
  private readonly wrongSecrets = new Map<string, number[]>();
  private readonly blockedUntil = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly switches: SandboxSwitches,
    private readonly nowMs: () => number,
  ) {}

  issue(corpId: string, secret: string, ip: string): { access_token: string; expires_in: number } {
    // Parameter checks come before authentication: an unknown corp never counts as a wrong secret.
    const corp = this.world.find(corpId);
    if (!corp) throw new WecomError(40013);
    this.refuseBlocked(ip);
    const app = corp.state.apps.find((candidate) => candidate.secret === secret && candidate.enabled);
    if (!app) {
      this.countWrongSecret(ip);
      throw new WecomError(40001);
    }
    const key = `${corpId}/${app.kind}/${app.agentId}`;
    const live = this.current.get(key) ?? '';
    const leftMs = (this.tokens.get(live)?.expiresAt ?? 0) - this.nowMs();
    if (leftMs > 0) {
      const expiresIn = this.switches.expiresInCountsDown
        ? Math.ceil(leftMs / 1000)
        : this.switches.tokenLifeS;
      return { access_token: live, expires_in: expiresIn };
    }
    const token = randomBytes(96).toString('base64url');
    const expiresAt = this.nowMs() + this.switches.tokenLifeS * 1000;
    this.tokens.set(token, { corpId, agentId: app.agentId, kind: app.kind, expiresAt });
    this.current.set(key, token);
    return { access_token: token, expires_in: this.switches.tokenLifeS };
  }

  open(token: string): { corp: Corp; app: SandboxApp } {
    if (token === '') throw new WecomError(41001);
    const found = this.tokens.get(token);
    const corp = found && this.world.find(found.corpId);
    const app = corp?.state.apps.find((item) => item.agentId === found?.agentId && item.kind === found?.kind);
    if (!found || !corp || !app?.enabled) throw new WecomError(40014);
    if (found.expiresAt <= this.nowMs()) throw new WecomError(42001);
    return { corp, app };
  }

  invalidate(corpId?: string): void {
    for (const [token, { corpId: owner }] of this.tokens) {
      if (corpId === undefined || corpId === owner) this.tokens.delete(token);
    }
  }

  /** One token dies early; gettoken gives out another. */
  end(token: string): void {
    this.tokens.delete(token);
  }

  private refuseBlocked(ip: string): void {
    if ((this.blockedUntil.get(ip) ?? 0) > this.nowMs()) throw new WecomError(45009);
  }

  /** Repeated wrong secrets block the calling IP for one hour (91039, rest-api.md section 3.1). */
  private countWrongSecret(ip: string): void {
    const now = this.nowMs();
    const recent = (this.wrongSecrets.get(ip) ?? []).filter((at) => at > now - HOUR_MS);
    recent.push(now);
    this.wrongSecrets.set(ip, recent);
    if (recent.length >= this.switches.wrongSecretsMax) {
      this.blockedUntil.set(ip, now + HOUR_MS);
      this.wrongSecrets.delete(ip);
    }
  }
}
