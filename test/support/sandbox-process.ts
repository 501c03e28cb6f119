import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { compiledPath } from '../../scripts/compiled-sources.mjs';

const open: (() => Promise<void>)[] = [];

/** For `afterAll`. */
export async function stopSandboxProcesses(): Promise<void> {
  for (let stop = open.pop(); stop; stop = open.pop()) await stop();
}

/** `npm run sandbox` as a process of its own: its memory is that of the sandbox and of nothing else. */
export class SandboxProcess {
  private token = '';
  private readonly agent = new http.Agent({ keepAlive: true });

  private constructor(
    readonly url: string,
    /** From the start of the process to its first line. */
    readonly startMs: number,
    private readonly pid: number,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(env: Record<string, string>): Promise<SandboxProcess> {
    const before = performance.now();
    const child = spawn(process.execPath, [compiledPath('src/sandbox/main.ts')], {
      env: { ...process.env, SANDBOX_PORT: '0', SANDBOX_DATA_FILE: '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const stop = async () => {
      child.kill('SIGTERM');
      await exited;
    };
    open.push(stop);
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (!url) continue;
      const startMs = Math.round(performance.now() - before);
      const started = new SandboxProcess(url, startMs, child.pid ?? 0, stop);
      await started.signIn();
      return started;
    }
    throw new Error('the sandbox ended before it listened');
  }

  rssMb(): number {
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(this.pid)]).toString();
    return Math.round(Number(kilobytes) / 1000);
  }

  get(api: string, query: Record<string, string>): Promise<any> {
    const params = new URLSearchParams({ ...query, access_token: this.token });
    return this.request('GET', `/cgi-bin/${api}?${params.toString()}`);
  }

  post(api: string, body: object): Promise<any> {
    return this.request('POST', `/cgi-bin/${api}?access_token=${this.token}`, body);
  }

  control(path: string, body?: object): Promise<any> {
    return this.request(body ? 'POST' : 'GET', `/control/${path}`, body);
  }

  private async signIn(): Promise<void> {
    const [{ corpId, appSecret }] = await this.control('corps');
    const answer = await this.get('gettoken', { corpid: corpId, corpsecret: appSecret });
    this.token = answer.access_token;
  }

  private request(method: string, target: string, body?: object): Promise<any> {
    return new Promise((resolve, reject) => {
      const request = http.request(`${this.url}${target}`, { method, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      request.on('error', reject);
      request.end(body && JSON.stringify(body));
    });
  }
}
