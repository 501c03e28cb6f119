import fc from 'fast-check';
import { Answer, AnswerShapeError } from './answer.js';

describe('Answer', () => {
  it('reads numbers that came as text, and text that came as a number', () => {
    const answer = Answer.of({ created_at: '1788672000', id: 7 });
    expect(answer.time('created_at')).toEqual(new Date('2026-09-06T05:20:00Z'));
    expect(answer.integer('created_at')).toBe(1788672000);
    expect(answer.text('id')).toBe('7');
  });

  it('takes missing, null and empty as none', () => {
    const answer = Answer.of({ a: null, b: '' });
    for (const name of ['a', 'b', 'c']) {
      expect(answer.maybeText(name)).toBeUndefined();
      expect(answer.maybeInteger(name)).toBeUndefined();
      expect(() => answer.text(name)).toThrow(AnswerShapeError);
    }
    expect([answer.texts('a'), answer.objects('c'), answer.maybeObject('a')]).toEqual([[], [], undefined]);
  });

  it('drops what PostgreSQL cannot store and keeps every other letter', () => {
    const answer = Answer.of({ name: 'a\u0000海\ud800风😀\udc00', list: ['x\u0000'] });
    expect(answer.text('name')).toBe('a海风😀');
    expect(answer.texts('list')).toEqual(['x']);
  });

  it('names the place of a wrong type and never its value', () => {
    const answer = Answer.of({ list: [{ inner: { name: ['private'] } }], count: 1.5, text: {} });
    const [item] = answer.objects('list');
    expect(() => item?.object('inner').text('name')).toThrow('answer.list[].inner.name is not text');
    expect(() => answer.integer('count')).toThrow('answer.count is not an integer');
    expect(() => answer.texts('count')).toThrow('answer.count is not a list');
    expect(() => answer.object('list')).toThrow('answer.list is not an object');
    expect(() => answer.time('text')).toThrow(AnswerShapeError);
  });

  it('throws nothing else, whatever JSON comes', () => {
    const read = (answer: Answer) => [
      () => answer.text('a'),
      () => answer.integer('a'),
      () => answer.time('a'),
      () => answer.flag('a'),
      () => answer.texts('a'),
      () => answer.integers('a'),
      () => answer.objects('a'),
      () => answer.maybeObject('a'),
    ];
    fc.assert(
      fc.property(fc.jsonValue(), (a) => {
        for (const attempt of read(Answer.of({ a }))) {
          try {
            attempt();
          } catch (error) {
            expect(error).toBeInstanceOf(AnswerShapeError);
          }
        }
      }),
    );
  });
});
