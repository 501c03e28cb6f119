import { randomBytes } from 'node:crypto';
import type { UploadedPart } from './multipart.js';
import { WecomError } from './wecom-error.js';

const LIFE_MS = 3 * 86_400_000;
/** Old files go first; a sandbox is no file store. */
const BYTES_MAX = 128 * 1024 * 1024;

/**
 * Ids of media/upload, of upload_attachment (two scenes) and of webhook/upload_media know nothing of each other
 * (messaging-and-media.md section 1.0).
 */
export type MediaSpace = 'upload' | 'moment' | 'album' | 'robot';

export interface Media {
  /** The corp, or the key of the robot. */
  owner: string;
  space: MediaSpace;
  type: string;
  part: UploadedPart;
  createdAt: number;
}

/** Temporary media, 3 days (page 90253). Not kept over a restart. */
export class MediaShelf {
  private readonly items = new Map<string, Media>();
  private readonly imageUrls = new Set<string>();
  private bytes = 0;

  constructor(private readonly nowMs: () => number) {}

  put(media: Omit<Media, 'createdAt'>): string {
    const prefix = media.space === 'robot' ? '1' : '3';
    const mediaId = `${prefix}${randomBytes(32).toString('base64url')}`;
    this.items.set(mediaId, { ...media, createdAt: this.nowMs() });
    this.bytes += media.part.bytes.length;
    for (const [id, { part }] of this.items) {
      if (this.bytes <= BYTES_MAX) break;
      this.bytes -= part.bytes.length;
      this.items.delete(id);
    }
    return mediaId;
  }

  /** 40007 for unknown, expired, of another owner, space or kind; 41072 for an attachment of another scene. */
  get(wanted: { owner: string; space: MediaSpace; mediaId: string; type?: string }): Media {
    const media = this.items.get(wanted.mediaId);
    const usable = media && media.owner === wanted.owner && media.createdAt + LIFE_MS > this.nowMs();
    if (!usable) throw new WecomError(40007);
    if (media.space !== wanted.space) {
      const scenes: MediaSpace[] = ['moment', 'album'];
      throw new WecomError(scenes.includes(media.space) && scenes.includes(wanted.space) ? 41072 : 40007);
    }
    if (wanted.type !== undefined && media.type !== wanted.type) throw new WecomError(40007);
    return media;
  }

  /** Of media/upload, which any app of the corp can use. */
  uploaded(corpId: string, mediaId: string, type?: string): Media {
    return this.get({ owner: corpId, space: 'upload', mediaId, ...(type === undefined ? {} : { type }) });
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
