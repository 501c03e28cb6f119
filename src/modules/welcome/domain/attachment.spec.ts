import { type Attachment, findFault, mayUse } from './attachment.js';

const link: Attachment = { kind: 'link', title: '手册', url: 'https://example.com' };
const coupon: Attachment = {
  kind: 'coupon',
  title: '新客券',
  url: 'https://example.com/c/{code}',
  batchId: 'b',
};
const mini: Attachment = { kind: 'miniprogram', title: '商城', appId: 'wx1', page: 'index', mediaId: 'm' };

describe('an attachment', () => {
  it.each<[Attachment]>([
    [{ kind: 'image', fileId: 'f' }],
    [{ kind: 'image', mediaId: 'm' }],
    [{ kind: 'image', pictureUrl: 'https://wework.qpic.cn/x' }],
    [{ kind: 'video', fileId: 'f' }],
    [{ kind: 'file', mediaId: 'm' }],
    [link],
    [{ ...link, description: 'd', pictureUrl: 'https://example.com/a.png' }],
    [{ ...link, title: 'x'.repeat(128), url: 'x'.repeat(2048), description: 'x'.repeat(512) }],
    [mini],
    [{ ...mini, title: 'x'.repeat(64) }],
    [coupon],
    [{ ...coupon, description: 'd', pictureUrl: 'https://example.com/a.png' }],
  ])('is taken as %j', (attachment) => {
    expect(findFault(attachment)).toBeUndefined();
  });

  it.each<[Attachment, string, string]>([
    [{ kind: 'image' }, 'fileId', 'one_of'],
    [{ kind: 'image', fileId: 'f', mediaId: 'm' }, 'mediaId', 'one_of'],
    [{ kind: 'image', fileId: 'f', title: 't' }, 'title', 'not_allowed'],
    [{ kind: 'video', pictureUrl: 'u' }, 'pictureUrl', 'not_allowed'],
    [{ kind: 'file' }, 'fileId', 'one_of'],
    [{ kind: 'link', url: 'u' }, 'title', 'required'],
    [{ kind: 'link', title: 't' }, 'url', 'required'],
    [{ ...link, mediaId: 'm' }, 'mediaId', 'not_allowed'],
    [{ ...link, fileId: 'f', pictureUrl: 'u' }, 'pictureUrl', 'one_of'],
    [{ ...link, title: '题'.repeat(43) }, 'title', 'too_long'],
    [{ ...link, url: 'x'.repeat(2049) }, 'url', 'too_long'],
    [{ ...link, description: '述'.repeat(171) }, 'description', 'too_long'],
    [{ ...link, pictureUrl: 'x'.repeat(2049) }, 'pictureUrl', 'too_long'],
    [{ ...mini, title: '题'.repeat(22) }, 'title', 'too_long'],
    [{ ...mini, appId: undefined }, 'appId', 'required'],
    [{ ...mini, mediaId: undefined }, 'fileId', 'one_of'],
    [{ ...coupon, batchId: undefined }, 'batchId', 'required'],
    [{ ...coupon, url: 'https://example.com/c' }, 'url', 'no_code'],
    [{ ...coupon, url: `{code}${'x'.repeat(1995)}` }, 'url', 'too_long'],
    [{ ...coupon, fileId: 'f' }, 'fileId', 'not_allowed'],
    [{ ...link, batchId: 'b' }, 'batchId', 'not_allowed'],
  ])('is refused as %j', (attachment, field, problem) => {
    expect(findFault(attachment)).toEqual({ field, problem });
  });

  it('takes a file of its own kind only', () => {
    expect([mayUse('image', 'image'), mayUse('image', 'picture'), mayUse('image', 'video')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([mayUse('link', 'picture'), mayUse('link', 'image'), mayUse('miniprogram', 'image')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
