import { AppConfig } from '../../../src/platform/config/app-config.js';
import { EnvironmentError } from '../../../src/platform/config/environment.js';

const DATABASE_URL = 'postgres://app:pass@db.internal:5432/scrm';
function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    AppConfig.fromEnvironment(env);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

describe('the environment', () => {
  it('needs a database and has a default for the rest', () => {
    expect({ ...AppConfig.fromEnvironment({ DATABASE_URL }) }).toMatchObject({
      port: 3000,
      host: '0.0.0.0',
      role: 'all',
      databaseUrl: DATABASE_URL,
      wecomApiBaseUrl: 'https://qyapi.weixin.qq.com',
      dataDir: '.data',
      logLevel: 'info',
      syncEndedShareMax: 0.2,
    });
  });

  it('names all problems at once, in both languages, without the values', () => {
    const problems = problemsOf({
      PORT: '70000',
      ROLE: 'boss',
      DATABASE_URL: 'mysql://root:hunter2@x/y',
      DATABASE_MIGRATION_URL: 'hunter2',
      WECOM_API_BASE_URL: 'http://wecom.example',
      LOG_LEVEL: 'loud',
      SYNC_ENDED_SHARE_MAX: '20%',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'ROLE',
      'DATABASE_URL',
      'DATABASE_MIGRATION_URL',
      'WECOM_API_BASE_URL',
      'LOG_LEVEL',
      'SYNC_ENDED_SHARE_MAX',
    ]);
    for (const problem of problems) expect(problem).toMatch(/ \| .*[\u4e00-\u9fff]/);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each([
    ['10.0.0.5', true],
    ['10.0.0.5, 10.1.0.0/16,fd00::/8', true],
    ['true', false],
    ['1', false],
    ['10.0.0.0/33', false],
    ['0.0.0.0/0', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0.5,', false],
  ])('takes %s for the addresses of proxies: %s', (TRUST_PROXY, fine) => {
    expect(problemsOf({ DATABASE_URL, TRUST_PROXY }).length === 0).toBe(fine);
  });

  it('takes an empty variable for an absent one', () => {
    expect(problemsOf({ DATABASE_URL: '' })[0]).toMatch(/^DATABASE_URL is required/);
    expect(problemsOf({ DATABASE_URL, PORT: '', ROLE: '' })).toEqual([]);
  });

  it.each([
    ['0', true],
    ['65535', true],
    ['65536', false],
    ['-1', false],
    ['3000x', false],
    ['3.5', false],
  ])('PORT=%s', (PORT, good) => {
    expect(problemsOf({ DATABASE_URL, PORT })).toHaveLength(good ? 0 : 1);
  });

  it.each([
    ['0', 0],
    ['0.35', 0.35],
    ['1', 1],
    ['1.01', undefined],
    ['-0.1', undefined],
    ['.2', undefined],
    ['1e-1', undefined],
  ])('SYNC_ENDED_SHARE_MAX=%s', (SYNC_ENDED_SHARE_MAX, share) => {
    const env = { DATABASE_URL, SYNC_ENDED_SHARE_MAX };
    expect(problemsOf(env)).toHaveLength(share === undefined ? 1 : 0);
    if (share !== undefined) expect(AppConfig.fromEnvironment(env).syncEndedShareMax).toBe(share);
  });

  it.each([
    ['https://qyapi.weixin.qq.com/', true, 0],
    ['https://proxy.example/wecom', true, 1],
    ['http://127.0.0.1:4000', true, 1],
    ['http://localhost:4000', true, 1],
    ['http://[::1]:4000', true, 1],
    ['http://10.0.0.1', false, 0],
    ['http://localhost.example.com', false, 0],
    ['https://user:pass@qyapi.weixin.qq.com', false, 0],
    ['ftp://qyapi.weixin.qq.com', false, 0],
    ['qyapi.weixin.qq.com', false, 0],
  ])('WECOM_API_BASE_URL=%s', (WECOM_API_BASE_URL, good, warnings) => {
    const env = { DATABASE_URL, WECOM_API_BASE_URL };
    expect(problemsOf(env)).toHaveLength(good ? 0 : 1);
    if (good) expect(AppConfig.fromEnvironment(env).warnings()).toHaveLength(warnings);
  });
});
