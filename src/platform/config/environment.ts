import { BlockList, isIP } from 'node:net';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  Matches,
  Max,
  Min,
  Validate,
  validateSync,
} from 'class-validator';
import { ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';

export type ProcessRole = 'api' | 'worker' | 'all';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

const PORT_MAX = 65_535;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

@ValidatorConstraint({ name: 'apiAddress' })
class ApiAddress implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    if (typeof value !== 'string' || !URL.canParse(value)) return false;
    const { protocol, hostname, username, search, hash } = new URL(value);
    if (username || search || hash) return false;
    return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
  }
}

/** Addresses and ranges only: a number of hops would believe whoever reaches this process without the proxy. */
@ValidatorConstraint({ name: 'proxies' })
class ProxyAddresses implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && value.split(',').every((place) => isAddressOrRange(place.trim()));
  }
}

function isAddressOrRange(place: string): boolean {
  const [address = '', bits, ...rest] = place.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
    return /^[1-9]\d*$/.test(bits); // a range of all addresses would trust everybody
  } catch {
    return false; // Node throws on a prefix that is too long
  }
}

const POSTGRES_URL = /^postgres(ql)?:\/\/\S+$/;
const databaseUrlMessage =
  'must look like postgres://ROLE:PASSWORD@HOST:PORT/DATABASE | 格式应为 postgres://角色:密码@主机:端口/数据库';

const SPOOL_MB_LIMIT = 1_000_000;
const spoolMessage =
  'must be a whole number of megabytes, 1 to 1000000 | 必须是 1 到 1000000 之间的整数（MB）';
const shareMessage = 'must be a share between 0 and 1, such as 0.2 | 必须是 0 到 1 之间的比例，例如 0.2';

/** Every variable the application reads. `.env.example` lists the same ones; a test compares them. */
export class Environment {
  @Transform(({ value }) => (/^\d+$/.test(value) ? Number(value) : value))
  @IsInt({ message: 'must be a whole number | 必须是整数' })
  @Min(0, { message: 'must be a port, 0 to 65535 | 必须是 0 到 65535 的端口' })
  @Max(PORT_MAX, { message: 'must be a port, 0 to 65535 | 必须是 0 到 65535 的端口' })
  PORT: number = 3000;

  @IsNotEmpty({ message: 'must name a folder | 必须是文件夹路径' })
  DATA_DIR: string = '.data';

  @IsIn(['api', 'worker', 'all'], { message: 'must be api, worker or all | 必须是 api、worker 或 all' })
  ROLE: ProcessRole = 'all';

  @Matches(POSTGRES_URL, { message: databaseUrlMessage })
  @IsNotEmpty({ message: 'is required: the database to serve from | 必填：业务数据库地址' })
  DATABASE_URL: string;

  @IsOptional()
  @Matches(POSTGRES_URL, { message: databaseUrlMessage })
  DATABASE_MIGRATION_URL?: string;

  @Validate(ApiAddress, {
    message: 'must be an https address (http only on loopback) | 必须是 https 地址（仅本机可用 http）',
  })
  WECOM_API_BASE_URL: string = 'https://qyapi.weixin.qq.com';

  @IsOptional()
  MASTER_KEYS?: string;

  @IsOptional()
  @Validate(ProxyAddresses, {
    message:
      'must list addresses or ranges such as 10.0.0.5,10.1.0.0/16 | 必须是以逗号分隔的地址或网段，例如 10.0.0.5,10.1.0.0/16',
  })
  TRUST_PROXY?: string;

  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    message:
      'must be trace, debug, info, warn, error, fatal or silent | 必须是 trace、debug、info、warn、error、fatal 或 silent',
  })
  LOG_LEVEL: LogLevel = 'info';

  @Transform(({ value }) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) : value))
  @IsNumber({}, { message: shareMessage })
  @Min(0, { message: shareMessage })
  @Max(1, { message: shareMessage })
  SYNC_ENDED_SHARE_MAX: number = 0.2;

  @Transform(({ value }) => (/^\d+$/.test(value) ? Number(value) : value))
  @IsInt({ message: spoolMessage })
  @Min(1, { message: spoolMessage })
  @Max(SPOOL_MB_LIMIT, { message: spoolMessage })
  CALLBACK_SPOOL_MB_MAX: number = 1024;
}

/** Names variables, never values: a value may hold a password. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      ['The environment is not usable | 环境变量有误:', ...problems.map((problem) => `  ${problem}`)].join(
        '\n',
      ),
    );
    this.name = 'EnvironmentError';
  }
}

/** @throws EnvironmentError with one line for each variable that is wrong. An empty variable counts as absent. */
export function checkEnvironment(env: NodeJS.ProcessEnv): Environment {
  const names = environmentNames();
  const given = Object.fromEntries(names.filter((name) => env[name]).map((name) => [name, env[name]]));
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(environment, { stopAtFirstError: true }).map(
    (error) => `${error.property} ${Object.values(error.constraints ?? {}).join('; ')}`,
  );
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

export function environmentNames(): string[] {
  return [
    'PORT',
    'DATA_DIR',
    'ROLE',
    'DATABASE_URL',
    'DATABASE_MIGRATION_URL',
    'WECOM_API_BASE_URL',
    'MASTER_KEYS',
    'TRUST_PROXY',
    'LOG_LEVEL',
    'SYNC_ENDED_SHARE_MAX',
    'CALLBACK_SPOOL_MB_MAX',
  ] satisfies (keyof Environment)[];
}
