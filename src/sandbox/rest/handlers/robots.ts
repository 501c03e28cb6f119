import type { Answer, OpenCall } from '../endpoint.js';
import type { Json } from '../field-rules.js';
import { WecomError } from '../wecom-error.js';
import { filePart, refuseFormat } from './media.js';

const MEGABYTE = 1024 * 1024;
const BYTES_MAX: Record<string, number> = { file: 20 * MEGABYTE, voice: 2 * MEGABYTE };
const IMAGE_BYTES_MAX = 2 * MEGABYTE;

/** Page 91770. No message id and no recall. */
export function sendByRobot(call: OpenCall): Answer {
  const key = keyOf(call);
  const { corpId } = robotOf(call, key);
  const kind = call.params.text('msgtype');
  const content = call.params.object(kind);
  if (Object.keys(content).length === 0) throw new WecomError(40063);
  checkContent(call, key, kind, content);
  if (!call.host.robots.takeTurn(key)) throw new WecomError(45009);
  const { body } = call.params;
  call.host.outbox.add({ kind: 'robot', corpId, agentId: 0, at: call.host.nowMs(), to: [key], body });
  return {};
}

/** Page 91770: an empty part is refused before the key is looked at. The id serves this robot only. */
export function uploadByRobot(call: OpenCall): Answer {
  const part = filePart(call, 'media');
  const key = keyOf(call);
  robotOf(call, key);
  const type = call.params.text('type');
  if (part.bytes.length > (BYTES_MAX[type] ?? 0)) throw new WecomError(45001);
  refuseFormat(type, part);
  const { host } = call;
  const media_id = host.media.put({ owner: key, space: 'robot', type, part });
  return { type, media_id, created_at: String(Math.floor(host.nowMs() / 1000)) };
}

const keyOf = (call: OpenCall) => call.query.get('key') ?? '';

function robotOf(call: OpenCall, key: string): { corpId: string } {
  const corpId = call.host.robots.corpOf(key);
  if (corpId === undefined) throw new WecomError(93000);
  return { corpId };
}

function checkContent(call: OpenCall, key: string, kind: string, content: Json): void {
  if (kind === 'file' || kind === 'voice') {
    call.host.media.get({
      owner: key,
      space: 'robot',
      type: kind,
      mediaId: String(content['media_id'] ?? ''),
    });
  }
  if (kind !== 'image') return;
  const bytes = Buffer.from(String(content['base64'] ?? ''), 'base64');
  if (bytes.length === 0 || bytes.length > IMAGE_BYTES_MAX) throw new WecomError(40009);
}
