import { checkEnvironment, type LogLevel, type ProcessRole } from './environment.js';

export type { LogLevel, ProcessRole };

export interface AppSettings {
  readonly port: number;
  readonly host: string;
  readonly role: ProcessRole;
  readonly databaseUrl: string;
  readonly databaseMigrationUrl?: string;
  readonly wecomApiBaseUrl: string;
  readonly masterKeys?: string;
  readonly trustProxy?: readonly string[];
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly syncEndedShareMax: number;
  readonly callbackSpoolMbMax: number;
}

export const OFFICIAL_WECOM_API = 'https://qyapi.weixin.qq.com';

/** What one process was told at its start; it does not change while it runs. */
export class AppConfig implements AppSettings {
  readonly port!: number;
  readonly host!: string;
  readonly role!: ProcessRole;
  readonly databaseUrl!: string;
  readonly databaseMigrationUrl?: string;
  readonly wecomApiBaseUrl!: string;
  /** The text of MASTER_KEYS. Absent: the keys are in a file of the data folder. */
  readonly masterKeys?: string;
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed; nobody's when absent. */
  readonly trustProxy?: readonly string[];
  readonly dataDir!: string;
  readonly logLevel!: LogLevel;
  /** A sync that would mark more than this share (0 to 1) of what is known as gone asks first. */
  readonly syncEndedShareMax!: number;
  /** How much disk callbacks may take in the data folder while the database is away, for all processes together. */
  readonly callbackSpoolMbMax!: number;

  constructor(settings: AppSettings) {
    Object.assign(this, settings);
  }

  /**
   * Reads and checks the environment.
   * @throws EnvironmentError naming every problem at once, in both languages.
   */
  static fromEnvironment(env: NodeJS.ProcessEnv): AppConfig {
    const checked = checkEnvironment(env);
    return new AppConfig({
      port: checked.PORT,
      host: '0.0.0.0',
      role: checked.ROLE,
      databaseUrl: checked.DATABASE_URL,
      databaseMigrationUrl: checked.DATABASE_MIGRATION_URL,
      wecomApiBaseUrl: checked.WECOM_API_BASE_URL.replace(/\/+$/, ''),
      masterKeys: checked.MASTER_KEYS,
      trustProxy: checked.TRUST_PROXY?.split(',').map((place) => place.trim()),
      dataDir: checked.DATA_DIR,
      logLevel: checked.LOG_LEVEL,
      syncEndedShareMax: checked.SYNC_ENDED_SHARE_MAX,
      callbackSpoolMbMax: checked.CALLBACK_SPOOL_MB_MAX,
    });
  }

  /** The same settings with some replaced: the demo listens on 127.0.0.1 only, tests take a free port. */
  with(changes: Partial<AppSettings>): AppConfig {
    return new AppConfig({ ...this, ...changes });
  }

  /** Lines to print at every start: settings that are allowed and dangerous. */
  warnings(): string[] {
    if (this.wecomApiBaseUrl === OFFICIAL_WECOM_API) return [];
    const host = new URL(this.wecomApiBaseUrl).host;
    return [
      `WECOM_API_BASE_URL: corp secrets go to ${host}, which is not WeCom. ` +
        `企业密钥将发送到 ${host}，这不是企业微信官方地址。`,
    ];
  }
}
