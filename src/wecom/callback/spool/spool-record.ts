import { createHash } from 'node:crypto';
import type { CallbackRequest } from '../callback-opener.js';

/** A callback as it came: the body still encrypted, with what proves it and when it arrived. */
export interface SpooledCallback {
  readonly request: CallbackRequest;
  readonly body: Buffer;
}

/** One terminated line of a spool file; without a callback when it is damaged. */
export interface SpoolLine {
  readonly bytes: Buffer;
  readonly spooled: SpooledCallback | undefined;
}

const NEWLINE = 0x0a;
const SUM_LENGTH = 16;
const PROOF = ['msg_signature', 'timestamp', 'nonce'];

interface Stored {
  place: string;
  query: Record<string, unknown>;
  arrivedAt: string;
  body: string;
}

export function lineOf({ placeId, query, arrivedAt }: CallbackRequest, body: Buffer): Buffer {
  const stored: Stored = {
    place: placeId,
    query: Object.fromEntries(PROOF.map((name) => [name, query[name]])),
    arrivedAt: arrivedAt.toISOString(),
    body: body.toString('utf8'),
  };
  const json = JSON.stringify(stored);
  return Buffer.from(`${sumOf(json)} ${json}\n`);
}

/** What stands after the last newline was being written when the process died: it was never acknowledged. */
export function linesOf(content: Buffer): SpoolLine[] {
  const lines: SpoolLine[] = [];
  for (let start = 0; ;) {
    const end = content.indexOf(NEWLINE, start);
    if (end < 0) return lines;
    const bytes = content.subarray(start, end + 1);
    lines.push({ bytes, spooled: read(bytes.toString('utf8').trimEnd()) });
    start = end + 1;
  }
}

function read(line: string): SpooledCallback | undefined {
  const json = line.slice(SUM_LENGTH + 1);
  if (line.slice(0, SUM_LENGTH) !== sumOf(json)) return undefined;
  const stored = JSON.parse(json) as Stored; // reason: the sum says that `lineOf` made it
  return {
    request: { placeId: stored.place, query: stored.query, arrivedAt: new Date(stored.arrivedAt) },
    body: Buffer.from(stored.body),
  };
}

function sumOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, SUM_LENGTH);
}
