import { type CorpTagGroupReading, isGroupDeleted, mergeTag, questionAfter } from './corp-tag.js';

const at = new Date('2026-11-22T08:00:00Z');
const later = new Date('2026-11-22T09:00:00Z');
const tag = { id: 'et1', name: '高意向', createdAt: at, order: 2, deleted: false };
const group: CorpTagGroupReading = { ...tag, id: 'etg', tags: [tag] };

describe('questionAfter', () => {
  it('asks for the tag, its group, or everything', () => {
    const all = { ask: 'all' };
    expect(questionAfter({ changeType: 'create', id: 'et1', tagType: 'tag' })).toEqual({
      ask: 'tag',
      id: 'et1',
    });
    expect(questionAfter({ changeType: 'delete', id: 'etg', tagType: 'tag_group' })).toEqual({
      ask: 'group',
      id: 'etg',
    });
    expect(questionAfter({ changeType: 'shuffle', id: 'etg' })).toEqual({ ask: 'group', id: 'etg' });
    expect(questionAfter({ changeType: 'shuffle' })).toEqual(all);
    expect(questionAfter({ changeType: 'shuffle', id: '' })).toEqual(all);
    expect(questionAfter({ changeType: 'update', id: 'et1' })).toEqual(all);
  });
});

describe('isGroupDeleted', () => {
  it('believes the mark, and without one the tags where the group itself was asked for', () => {
    const dead = { ...group, tags: [{ ...tag, deleted: true }] };
    expect(isGroupDeleted({ ...group, deleted: true }, false)).toBe(true);
    expect(isGroupDeleted(dead, true)).toBe(true);
    expect(isGroupDeleted(dead, false)).toBe(false); // the answer holds only the tag that was asked for
    expect(isGroupDeleted(group, true)).toBe(false);
  });
});

describe('mergeTag', () => {
  it('keeps name, rule group and the first time of deletion', () => {
    const stored = { ...mergeTag(undefined, tag, false, at), strategyId: '7' };
    const deleted = mergeTag(stored, { ...tag, name: '' }, true, at);
    expect(deleted).toMatchObject({ name: '高意向', strategyId: '7', deletedAt: at });
    expect(mergeTag(deleted, tag, true, later)).toMatchObject({ deletedAt: at });
    expect(mergeTag(deleted, tag, false, later)).toMatchObject({ deletedAt: null });
  });
});
