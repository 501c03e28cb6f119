import { setTimeout } from 'node:timers/promises';
import { CallLimits } from './call-limits.js';
import { BinaryAnswer, Params, type Answer, type Call, type Endpoint, type RestHost } from './endpoint.js';
import { ENDPOINTS } from './endpoint-table.js';
import { Faults } from './faults.js';
import { checkFields, valuesAt, type FieldRule, type Json } from './field-rules.js';
import { readFilePart } from './multipart.js';
import { errorText, WecomError } from './wecom-error.js';
import { readJsonBody } from './json-body.js';
import type { SandboxApp } from '../world/corp.types.js';
import type { FaultEffect } from '../sandbox.types.js';
import type { Corp } from '../world/corp.js';

const DAY_MS = 86_400_000;

export interface RestRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  ip: string;
}

export interface RestAnswer {
  /** Undefined for an unknown path. */
  content?: { status: number; json: Json } | BinaryAnswer;
  /** What a fault does to the connection. */
  broken?: { reset: true } | { cutAfterBytes: number };
}

/** The gates that every call passes, in the order of rest-api.md, and then its own row of the table. */
export class RestApi {
  readonly callCounts: Record<string, number> = {};
  private readonly limits: CallLimits;
  private readonly endpoints = new Map(ENDPOINTS.map((endpoint) => [endpoint.path, endpoint]));
  readonly faults: Faults;

  constructor(private readonly host: RestHost) {
    this.limits = new CallLimits(host.switches, host.nowMs);
    this.faults = new Faults(host.world.get().state.seed);
  }

  /** Without faults an unknown path is the only case of a status other than 200. */
  async call(request: RestRequest): Promise<RestAnswer> {
    const endpoint = this.endpoints.get(request.path);
    if (!endpoint) return {};
    this.host.agenda.run();
    this.callCounts[request.path] = (this.callCounts[request.path] ?? 0) + 1;
    const { delayMs, effect = { delayMs: 0 } } = this.faults.strike(request.path);
    if ('tokenDeath' in effect) this.host.tokens.end(tokenOf(request));
    const answer = await this.suffer(endpoint, request, effect);
    if (delayMs > 0) await setTimeout(delayMs, undefined, { ref: false });
    return answer;
  }

  private async suffer(endpoint: Endpoint, request: RestRequest, effect: FaultEffect): Promise<RestAnswer> {
    if ('reset' in effect) return { broken: effect };
    if ('status' in effect) return { content: gatewayPage(effect.status) };
    const content = await this.answerOf(endpoint, request, 'errcode' in effect ? effect.errcode : undefined);
    return 'cutAfterBytes' in effect ? { content, broken: effect } : { content };
  }

  private async answerOf(endpoint: Endpoint, request: RestRequest, ordered: number | undefined) {
    try {
      const answer = await this.pass(endpoint, request, ordered);
      if (answer instanceof BinaryAnswer) return answer;
      return { status: 200, json: { errcode: 0, errmsg: 'ok', ...answer } };
    } catch (error) {
      if (!(error instanceof WecomError)) throw error;
      const errmsg = errorText(error, request.ip, this.host.nowMs());
      // Refused lists still carry their empty collections (rest-api.md section 1).
      return { status: 200, json: { errcode: error.errcode, errmsg, ...endpoint.empty } };
    }
  }

  private async pass(endpoint: Endpoint, request: RestRequest, ordered?: number): Promise<Answer> {
    const { host } = this;
    if (endpoint.token === 'none') {
      const params = new Params(this.readParams(endpoint, request));
      checkFields(endpoint.fields, params.body);
      this.limits.count(params.text('corpid'), endpoint.path, request.ip);
      failByOrder(ordered);
      const { ip, query } = request;
      return endpoint.answer({ host, params, ip, query, ...partOf(endpoint, request) });
    }
    // Only the query counts: a token in a header or the body is ignored (41001).
    const { corp, app } = host.tokens.open(tokenOf(request));
    if (app.trustedIps && !app.trustedIps.includes(request.ip)) throw new WecomError(60020);
    if (!endpoint.outsideBaseLimits) this.limits.count(corp.corpId, endpoint.path, request.ip);
    for (const { days, max } of endpoint.quotas ?? []) {
      this.limits.countIn(`quota ${corp.corpId} ${endpoint.path} ${days}`, days * DAY_MS, max);
    }
    const leave = this.limits.enter(corp.corpId, endpoint.path);
    try {
      failByOrder(ordered);
      this.refuseToken(endpoint, app);
      const params = this.checkedParams(endpoint, request);
      return await this.answer(endpoint, request, corp, app, params);
    } finally {
      leave();
    }
  }

  private async answer(
    endpoint: Exclude<Endpoint, { token: 'none' }>,
    request: RestRequest,
    corp: Corp,
    app: SandboxApp,
    params: Params,
  ): Promise<Answer> {
    const { host } = this;
    const range = request.headers['range'];
    const call: Call = {
      host,
      params,
      ip: request.ip,
      query: request.query,
      corp,
      app,
      nowS: Math.floor(host.nowMs() / 1000),
      ...(typeof range === 'string' ? { range } : {}),
      ...partOf(endpoint, request),
    };
    const keys = endpoint.exclusive?.fields.map((name) => params.text(name).toLowerCase()).join(' ');
    const leave = endpoint.exclusive
      ? this.limits.enterAlone(`${corp.corpId} ${endpoint.path} ${keys}`, endpoint.exclusive.code)
      : () => {};
    try {
      if (host.switches.latencyMs > 0) await setTimeout(host.switches.latencyMs);
      return endpoint.answer(call);
    } finally {
      leave();
    }
  }

  private refuseToken(endpoint: Endpoint, app: SandboxApp): void {
    const assistant = app.kind === 'assistant';
    switch (endpoint.token) {
      case 'contact':
        if (assistant || !app.contactApi) throw new WecomError(48002);
        return;
      case 'app':
        if (assistant) throw new WecomError(48002);
        return;
      case 'assistant':
        if (!assistant) throw new WecomError(48002);
        return;
      case 'directory':
        // Since 2022-08-15, from an address not used in the 90 days before.
        if (assistant && !this.host.switches.assistantReadsDetails) throw new WecomError(48009);
        return;
      default:
        return;
    }
  }

  private checkedParams(endpoint: Endpoint, request: RestRequest): Params {
    const body = this.readParams(endpoint, request);
    checkFields(endpoint.fields, body);
    const { oneOf } = endpoint;
    const counts = (value: unknown) =>
      oneOf?.emptyCounts ? value !== undefined && value !== null : isThere(value);
    if (oneOf && !oneOf.fields.some((name) => valuesAt(body, name).some(counts)))
      throw new WecomError(oneOf.code);
    return new Params(body);
  }

  private readParams(endpoint: Endpoint, request: RestRequest): Json {
    // GET on a POST endpoint is a parameter error, not a 405 (rest-api.md section 1).
    if (endpoint.method === 'POST' && request.method !== 'POST') throw new WecomError(40058);
    if (endpoint.method === 'GET' || endpoint.multipart) return fromQuery(endpoint.fields, request.query);
    return readJsonBody(request.body);
  }
}

function tokenOf(request: RestRequest): string {
  return request.query.get('access_token') ?? '';
}

function failByOrder(errcode: number | undefined): void {
  if (errcode !== undefined) throw new WecomError(errcode);
}

function gatewayPage(status: number): BinaryAnswer {
  const page = `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`;
  return new BinaryAnswer(status, { 'content-type': 'text/html' }, Buffer.from(page));
}

function partOf(endpoint: Endpoint, { body, headers }: RestRequest) {
  return endpoint.multipart ? { part: readFilePart(body, String(headers['content-type'])) } : {};
}

function fromQuery(fields: readonly FieldRule[], query: URLSearchParams): Json {
  const body: Json = {};
  for (const { name, type, code } of fields) {
    const value = query.get(name);
    if (value === null) continue;
    if (type === 'integer' && value !== '' && !/^-?\d{1,15}$/.test(value))
      throw new WecomError(code ?? 40058);
    body[name] = type === 'integer' && value !== '' ? Number(value) : value;
  }
  return body;
}

function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '';
}
