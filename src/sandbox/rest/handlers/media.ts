import { BinaryAnswer, type Answer, type Call, type OpenCall } from '../endpoint.js';
import type { UploadedPart } from '../multipart.js';
import { WecomError } from '../wecom-error.js';

const MEGABYTE = 1024 * 1024;
const BYTES_MAX: Record<string, number> = { image: 10, voice: 2, video: 10, file: 20 };
/** All files must be larger than 5 bytes (page 90253). */
const BYTES_TOO_FEW = 5;
const IMAGE_BYTES_MAX = 2 * MEGABYTE;

/** Page 90253. `created_at` is a string and `errmsg` is empty. */
export function uploadMedia(call: Call): Answer {
  const type = call.params.text('type');
  const part = filePart(call, 'media');
  const max = (BYTES_MAX[type] ?? 0) * MEGABYTE;
  if (part.bytes.length > max) throw new WecomError(45001);
  refuseFormat(type, part);
  return {
    errmsg: '',
    type,
    media_id: call.host.media.put({ owner: call.corp.corpId, space: 'upload', type, part }),
    created_at: String(call.nowS),
  };
}

/** Page 90256. Any part name; JPG or PNG up to 2 MB. */
export function uploadImage(call: Call): Answer {
  const part = filePart(call);
  if (part.bytes.length > IMAGE_BYTES_MAX) throw new WecomError(45001);
  refuseFormat('image', part);
  return { errmsg: '', url: call.host.media.putImage(call.corp.corpId) };
}

/** Page 90254: the file itself, in slices when asked for. */
export function getMedia(call: Call): Answer {
  const { part } = call.host.media.uploaded(call.corp.corpId, call.params.text('media_id'));
  const name = part.fileName;
  const headers: Record<string, string> = {
    'content-type': part.contentType,
    'accept-ranges': 'bytes',
    // The plain name is raw UTF-8 bytes, which an HTTP header carries as latin1.
    'content-disposition': `attachment; filename="${Buffer.from(name).toString('latin1')}"; filename*=utf-8''${encodeURIComponent(name)}`,
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(call.range ?? '');
  if (!range) return new BinaryAnswer(200, headers, part.bytes);
  const start = Number(range[1]);
  const end = Math.min(range[2] ? Number(range[2]) : Infinity, part.bytes.length - 1);
  if (start > end)
    return new BinaryAnswer(416, { 'content-range': `bytes */${part.bytes.length}` }, Buffer.alloc(0));
  headers['content-range'] = `bytes ${start}-${end}/${part.bytes.length}`;
  return new BinaryAnswer(206, headers, part.bytes.subarray(start, end + 1));
}

export function filePart(call: Pick<OpenCall, 'part'>, name?: string): UploadedPart {
  const { part } = call;
  if (!part || (name !== undefined && part.name !== name) || part.bytes.length === 0)
    throw new WecomError(44001);
  if (part.bytes.length <= BYTES_TOO_FEW) throw new WecomError(40006);
  return part;
}

/** JPG, PNG and AMR by their first bytes; MP4 by its `ftyp` box. */
export function refuseFormat(type: string, { bytes }: UploadedPart): void {
  const starts = (magic: string) => bytes.subarray(0, magic.length / 2).toString('hex') === magic;
  if (type === 'image' && !starts('ffd8ff') && !starts('89504e47')) throw new WecomError(40123);
  if (type === 'voice' && !starts('2321414d52')) throw new WecomError(40004);
  if (type === 'video' && bytes.toString('latin1', 4, 8) !== 'ftyp') throw new WecomError(40004);
}
