import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const SEND = '/cgi-bin/externalcontact/send_welcome_msg';

/** Stands before the sandbox and counts how often each welcome code arrives there, whatever is answered. */
export class WelcomeCalls {
  readonly byCode = new Map<string, number>();
  private readonly agent = new http.Agent({ keepAlive: true });
  private withhold: ((code: string) => void) | undefined;

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  static async before(sandboxUrl: string): Promise<WelcomeCalls> {
    const server = http.createServer((request, response) => {
      void calls.forward(sandboxUrl, request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const calls = new WelcomeCalls(server, `http://127.0.0.1:${port}`);
    return calls;
  }

  /** Keeps the answer to the next welcome, which WeCom has carried out. Resolves with its code once WeCom has answered. */
  withholdNext(): Promise<string> {
    return new Promise((resolve) => (this.withhold = resolve));
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async forward(
    target: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the caller was killed half-way: nothing arrived
    }
    const body = Buffer.concat(chunks);
    let withheld: (() => void) | undefined;
    if (request.url?.startsWith(SEND)) {
      const { welcome_code: code } = JSON.parse(body.toString()) as { welcome_code: string };
      this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
      const { withhold } = this;
      this.withhold = undefined;
      withheld = withhold && (() => withhold(code));
    }
    const { method, headers } = request;
    const onward = http.request(
      `${target}${request.url}`,
      { method, headers, agent: this.agent },
      (answer) => {
        if (withheld) {
          answer.resume();
          answer.once('end', withheld);
          return;
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}
