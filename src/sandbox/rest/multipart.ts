export interface UploadedPart {
  name: string;
  fileName: string;
  contentType: string;
  bytes: Buffer;
}

/** The first file part of a multipart body; undefined when there is none with a file name. */
export function readFilePart(body: Buffer, contentType: string | undefined): UploadedPart | undefined {
  const boundary = /multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1];
  if (!boundary) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  let start = body.indexOf(mark);
  while (start >= 0) {
    const headerStart = start + mark.length + 2;
    const headerEnd = body.indexOf('\r\n\r\n', headerStart);
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), headerEnd + 2);
    if (headerEnd < 0 || next < 0) return undefined;
    const part = describe(body.toString('utf8', headerStart, headerEnd), body.subarray(headerEnd + 4, next));
    if (part) return part;
    start = next + 2;
  }
  return undefined;
}

function describe(headers: string, bytes: Buffer): UploadedPart | undefined {
  const disposition = /content-disposition:(.*)/i.exec(headers)?.[1] ?? '';
  // `filename*=` alone is said to leave the file unnamed (rest-api, page 90253), so only `filename=` counts.
  const fileName = /[; ]filename="([^"]*)"/i.exec(disposition)?.[1];
  if (!fileName) return undefined;
  return {
    name: /[; ]name="([^"]*)"/i.exec(disposition)?.[1] ?? '',
    fileName,
    contentType: /content-type:\s*(\S+)/i.exec(headers)?.[1] ?? 'application/octet-stream',
    bytes,
  };
}
