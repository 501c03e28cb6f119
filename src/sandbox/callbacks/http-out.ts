import http from 'node:http';
import https from 'node:https';

export interface OutAnswer {
  status: number;
  body: Buffer;
}

/** Resolves with any answer; rejects on a failed connection and when the whole exchange takes too long. */
export function requestUrl(
  url: URL,
  options: { method: 'GET' | 'POST'; body?: string; timeoutMs: number; signal?: AbortSignal },
): Promise<OutAnswer> {
  return new Promise((resolve, reject) => {
    const transport = url.protocol === 'https:' ? https : http;
    const headers =
      options.body === undefined
        ? {}
        : { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(options.body) };
    const request = transport.request(url, {
      method: options.method,
      headers,
      agent: false,
      signal: options.signal,
    });
    const timer = setTimeout(() => request.destroy(new Error('timeout')), options.timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
      });
    });
    request.end(options.body);
  });
}
