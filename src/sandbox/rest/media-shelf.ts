import { randomBytes } from 'node:crypto';
import type { UploadedPart } from './multipart.js';
import { WecomError } from './wecom-error.js';

const LIFE_MS = 3 * 86_400_000;
/** Old files go first; a sandbox is no file store. */
const BYTES_MAX = 128 * 1024 * 1024;

export interface Media {
  corpId: string;
  type: string;
  part: UploadedPart;
  createdAt: number;
}

/** Temporary media, 3 days, shared by all apps of the corp (page 90253). Not kept over a restart. */
export class MediaShelf {
  private readonly items = new Map<string, Media>();
  private readonly imageUrls = new Set<string>();
  private bytes = 0;

  constructor(private readonly nowMs: () => number) {}

  put(corpId: string, type: string, part: UploadedPart): string {
    const mediaId = `3${randomBytes(32).toString('base64url')}`;
    this.items.set(mediaId, { corpId, type, part, createdAt: this.nowMs() });
    this.bytes += part.bytes.length;
    for (const [id, media] of this.items) {
      if (this.bytes <= BYTES_MAX) break;
      this.bytes -= media.part.bytes.length;
      this.items.delete(id);
    }
    return mediaId;
  }

  /** 40007 for unknown, expired, another corp's or the wrong kind. */
  get(corpId: string, mediaId: string, type?: string): Media {
    const media = this.items.get(mediaId);
    const usable = media && media.corpId === corpId && media.createdAt + LIFE_MS > this.nowMs();
    if (!usable || (type !== undefined && media.type !== type)) throw new WecomError(40007);
    return media;
  }

  putImage(corpId: string): string {
    const url = `https://wework.qpic.cn/wwpic/${randomBytes(9).toString('base64url')}_${Math.floor(this.nowMs() / 1000)}/0`;
    this.imageUrls.add(`${corpId} ${url}`);
    return url;
  }

  hasImage(corpId: string, url: string): boolean {
    return this.imageUrls.has(`${corpId} ${url}`);
  }
}
