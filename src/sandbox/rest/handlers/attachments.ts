import type { Call } from '../endpoint.js';
import type { Json } from '../field-rules.js';
import { WecomError } from '../wecom-error.js';

/** What customers get besides text: customer-contact.md section 1.1. */
export function checkAttachments(call: Call): void {
  for (const attachment of call.params.objects('attachments')) checkAttachment(call, attachment);
}

function checkAttachment(call: Call, attachment: Json): void {
  const kind = String(attachment['msgtype']);
  const content = attachment[kind];
  // Each item carries the object of the same name as its msgtype.
  if (typeof content !== 'object' || content === null) throw new WecomError(40063);
  // reason: checked on the line before
  const fields = content as Json;
  const mediaId = String(fields['media_id'] ?? '');
  if (kind === 'image' && !mediaId) {
    const url = String(fields['pic_url'] ?? '');
    if (!url) throw new WecomError(40063);
    if (!call.host.media.hasImage(call.corp.corpId, url)) throw new WecomError(40058);
    return;
  }
  const media = kind === 'miniprogram' ? String(fields['pic_media_id'] ?? '') : mediaId;
  if (kind !== 'link')
    call.host.media.uploaded(call.corp.corpId, media, kind === 'miniprogram' ? 'image' : kind);
}
