import http from 'node:http';
import https from 'node:https';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { AppConfig } from '../../platform/config/app-config.js';
import { Answer, AnswerShapeError } from './answer.js';
import type { WecomEndpoint } from './api.js';
import { formData, type UploadPart } from './form-data.js';
import { WecomApiError } from './wecom-api-error.js';

const TIMEOUT_MS = 10_000;
const MEDIA_TIMEOUT_MS = 60_000;
/** `contact_list` and `user/list_id` answer a megabyte or so; media/get gives slices of at most 20 MB. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const SOCKETS_PER_HOST_MAX = 64;
const HTTP_OK_MAX = 299;

/** What goes over the wire besides the token. */
export interface WireRequest {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  readonly part?: UploadPart;
  /** `Range` header of media/get. */
  readonly range?: string;
  /** For somebody who cannot wait as long as usual. */
  readonly timeoutMs?: number;
}

export interface WireAnswer {
  /** 0 is success. */
  readonly errcode: number;
  /** Empty for bytes. */
  readonly json: Answer;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One HTTP exchange with WeCom. Tokens and secrets are part of the URL, so no error of axios, which carries the URL and
 * the whole request, ever leaves this file.
 */
@Injectable()
export class WecomTransport implements OnModuleDestroy {
  private readonly agents = [http, https].map(
    (kind) => new kind.Agent({ keepAlive: true, maxSockets: SOCKETS_PER_HOST_MAX }),
  );
  private readonly axios: AxiosInstance;

  constructor(config: AppConfig) {
    const [httpAgent, httpsAgent] = this.agents;
    this.axios = axios.create({
      baseURL: config.wecomApiBaseUrl,
      httpAgent,
      httpsAgent,
      responseType: 'arraybuffer',
      maxRedirects: 0, // a redirect would take the token in the URL to another host
      maxContentLength: ANSWER_BYTES_MAX,
      maxBodyLength: ANSWER_BYTES_MAX,
      validateStatus: () => true,
    });
  }

  /** @throws WecomApiError wecom.call_failed without an answer, wecom.answer_malformed with one that is none. */
  async send(endpoint: WecomEndpoint, request: WireRequest): Promise<WireAnswer> {
    const response = await this.exchange(endpoint, request);
    if (response.status > HTTP_OK_MAX) {
      throw WecomApiError.unanswered(endpoint.name, `HTTP status ${response.status}`);
    }
    return readAnswer(endpoint, response);
  }

  onModuleDestroy(): void {
    for (const agent of this.agents) agent.destroy();
  }

  private async exchange(endpoint: WecomEndpoint, request: WireRequest): Promise<AxiosResponse<Buffer>> {
    const timeout = request.timeoutMs ?? (endpoint.media ? MEDIA_TIMEOUT_MS : TIMEOUT_MS);
    const upload = request.part && formData(request.part);
    const late = new AbortController(); // cheaper than AbortSignal.timeout, whose timer outlives the call
    const patience = setTimeout(() => late.abort(), timeout);
    try {
      return await this.axios.request<Buffer>({
        method: endpoint.method,
        url: endpoint.path,
        params: request.query,
        data: upload ? upload.bytes : jsonOf(endpoint, request.body),
        headers: {
          ...(endpoint.method === 'POST' && {
            'Content-Type': upload ? upload.contentType : 'application/json; charset=utf-8',
          }),
          ...(request.range && { Range: request.range }),
        },
        signal: late.signal,
      });
    } catch (error) {
      throw WecomApiError.unanswered(endpoint.name, codeOf(error));
    } finally {
      clearTimeout(patience);
    }
  }
}

/** Raw UTF-8: WeCom refuses illegal escapes (40033). Fields that are undefined are left out. */
function jsonOf(endpoint: WecomEndpoint, body: object | undefined): Buffer | undefined {
  return endpoint.method === 'POST' ? Buffer.from(JSON.stringify(body ?? {})) : undefined;
}

function readAnswer(endpoint: WecomEndpoint, response: AxiosResponse<Buffer>): WireAnswer {
  const bytes = Buffer.from(response.data);
  const headers = textHeaders(response);
  if (endpoint.binary && !/\bjson\b|text\/plain/.test(headers['content-type'] ?? '')) {
    return { errcode: 0, json: Answer.of({}), bytes, headers };
  }
  try {
    const json = Answer.of(JSON.parse(bytes.toString('utf8')));
    return { errcode: json.maybeInteger('errcode') ?? 0, json, bytes, headers };
  } catch (error) {
    // Not JSON: a gateway in between has spoken, not WeCom.
    if (!(error instanceof AnswerShapeError))
      throw WecomApiError.unanswered(endpoint.name, 'the answer is not JSON');
    throw WecomApiError.malformed(endpoint.name, error.message);
  }
}

function textHeaders(response: AxiosResponse): Record<string, string> {
  const entries = Object.entries(response.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** `ECONNREFUSED`, `ERR_CANCELED` … and nothing else of the error. */
function codeOf(error: unknown): string {
  const code = axios.isAxiosError(error) ? error.code : undefined;
  return code && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'network error';
}
