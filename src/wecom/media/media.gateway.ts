import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { wecomApi } from '../client/api.js';
import type { UploadPart } from '../client/form-data.js';
import { WecomClient } from '../client/wecom-client.js';
import type { WireAnswer } from '../client/wecom-transport.js';
import { wecomErrors } from '../wecom.errors.js';

const MIB = 1024 * 1024;
/** Page 90253. */
const BYTES_MAX = { image: 10 * MIB, voice: 2 * MIB, video: 10 * MIB, file: 20 * MIB } as const;
const IMAGE_IN_TEXT_MAX = 2 * MIB;
const BYTES_MIN = 6;

export type MediaKind = keyof typeof BYTES_MAX;

export interface DownloadedMedia {
  bytes: Buffer;
  contentType: string;
  filename?: string;
}

/** Files in WeCom. Keep the original: a media id dies after 3 days. */
@Injectable()
export class MediaGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * Temporary media for messages and welcome messages, usable by all apps of the corp for 3 days (page 90253).
   * @throws AppError wecom.argument_too_long; WecomApiError 40004, 40006, 44001, 45001.
   */
  async upload(
    corpId: CorpId,
    kind: MediaKind,
    file: UploadPart,
  ): Promise<{ mediaId: string; createdAt: Date }> {
    assertSize(file, BYTES_MAX[kind]);
    const request = { query: { type: kind }, part: file };
    return this.client.call(corpId, wecomApi.uploadMedia, request, (answer) => ({
      mediaId: answer.text('media_id'),
      createdAt: answer.time('created_at'),
    }));
  }

  /** A picture as a permanent URL that shows inside WeCom only; 1,000 a day and 3,000 a month (page 90256). */
  async uploadImage(corpId: CorpId, file: UploadPart): Promise<string> {
    assertSize(file, IMAGE_IN_TEXT_MAX);
    return this.client.call(corpId, wecomApi.uploadImage, { part: file }, (answer) => answer.text('url'));
  }

  /**
   * Page 90254. Files above 20 MB come in slices: pass the first and last byte, both included.
   * @throws WecomApiError 40007 unknown or expired, 830002 too large without a slice.
   */
  download(corpId: CorpId, mediaId: string, slice?: { from: number; to: number }): Promise<DownloadedMedia> {
    const request = {
      query: { media_id: mediaId },
      ...(slice && { range: `bytes=${slice.from}-${slice.to}` }),
    };
    return this.client.callRaw(corpId, wecomApi.getMedia, request, readMedia);
  }
}

function assertSize(file: UploadPart, max: number): void {
  if (file.bytes.length < BYTES_MIN || file.bytes.length > max) {
    throw wecomErrors.argument_too_long({ field: 'file', max, unit: 'bytes' });
  }
}

/** `filename*` holds the name percent-encoded, `filename` as raw bytes that HTTP clients read as latin1. */
function readMedia(answer: WireAnswer): DownloadedMedia {
  const disposition = answer.headers['content-disposition'] ?? '';
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="([^"]*)"/i.exec(disposition)?.[1];
  return {
    bytes: answer.bytes,
    contentType: answer.headers['content-type'] ?? 'application/octet-stream',
    filename: decoded(encoded) ?? (plain && Buffer.from(plain, 'latin1').toString('utf8')),
  };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return undefined; // not percent-encoded after all: the plain name is as good
  }
}
