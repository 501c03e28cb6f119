import type { Answer, Call } from '../endpoint.js';
import { WecomError } from '../wecom-error.js';
import { filePart, refuseFormat } from './media.js';

const BYTES_MAX = 10 * 1024 * 1024;
const MOMENT = 1;
/** Kinds of each `attachment_type`: 1 moments, 2 product album. */
const KINDS: Record<number, readonly string[]> = { 1: ['image', 'video'], 2: ['image'] };
const LONG_SIDE_MAX = 10_800;
const SHORT_SIDE_MAX = 1080;

/** Page 95098: ids of a space of their own, for moments and product albums. */
export function uploadAttachment(call: Call): Answer {
  const { params, host, corp, nowS } = call;
  const type = params.text('media_type');
  const scene = params.integer('attachment_type') ?? 0;
  const part = filePart(call, 'media');
  if (!KINDS[scene]?.includes(type)) throw new WecomError(41072);
  if (part.bytes.length > BYTES_MAX) throw new WecomError(41080);
  refuseFormat(type, part);
  if (type === 'image' && scene === MOMENT) refuseResolution(part.bytes);
  const space = scene === MOMENT ? 'moment' : 'album';
  return { type, media_id: host.media.put({ owner: corp.corpId, space, type, part }), created_at: nowS };
}

/** Read from the head of a PNG; the sides of a JPEG and the length of a video are not looked at. */
function refuseResolution(bytes: Buffer): void {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') return;
  const sides = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)].sort((a, b) => a - b);
  const [short = 0, long = 0] = sides;
  if (long > LONG_SIDE_MAX || short > SHORT_SIDE_MAX) throw new WecomError(41081);
}
