import { randomBytes } from 'node:crypto';

export interface UploadPart {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * A multipart body with one part named `media` (page 90253). Built by hand, because the file name has to stand there as
 * raw UTF-8: libraries that send only `filename*=` lead to a nameless file or 44001.
 */
export function formData(part: UploadPart): { bytes: Buffer; contentType: string } {
  const boundary = `----scrm${randomBytes(12).toString('hex')}`;
  const filename = part.filename.replace(/["\r\n\\]/g, '_');
  const contentType = part.contentType.replace(/[\r\n]/g, '');
  const head =
    `--${boundary}\r\n` +
    `Content-Disposition: form-data; name="media"; filename="${filename}"; filelength=${part.bytes.length}\r\n` +
    `Content-Type: ${contentType}\r\n\r\n`;
  return {
    bytes: Buffer.concat([Buffer.from(head), part.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
