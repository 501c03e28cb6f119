import { StreamableFile } from '@nestjs/common';
import type { Readable } from 'node:stream';

/** A name that every system may store: no path, no control letters, and a plain ASCII form beside the real one. RFC 6266 */
export function dispositionOf(name: string): string {
  const safe = name.replace(/[\p{Cc}\p{Cf}\p{Surrogate}"\\/:*?<>|]/gu, '_').trim() || 'file';
  const ascii = safe.replace(/[^\x20-\x7e]/g, '_').replaceAll('%', '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export function fileAnswer(
  stream: Readable,
  { type, name, length }: { type: string; name: string; length?: number },
): StreamableFile {
  return new StreamableFile(stream, {
    type,
    disposition: dispositionOf(name),
    ...(length !== undefined && { length }),
  });
}
