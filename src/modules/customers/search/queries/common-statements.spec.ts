import { CommonStatements } from './common-statements.js';

const ask = (common: CommonStatements, text: string, times: number) =>
  Array.from({ length: times }, () => common.of(text)).at(-1);

describe('common statements', () => {
  it('get a name of their own when they were asked for often', () => {
    const common = new CommonStatements();
    expect(ask(common, 'SELECT 1', 3)).toBe('SELECT 1');
    expect(common.of('SELECT 1')).toEqual({ name: 'search-1', text: 'SELECT 1', inOrder: true });
    expect(ask(common, 'SELECT 2', 4)).toMatchObject({ name: 'search-2' });
    expect(common.of('SELECT 1')).toMatchObject({ name: 'search-1' });
  });

  it('are 32 at most, however many are asked for', () => {
    const common = new CommonStatements();
    for (let rare = 0; rare < 5_000; rare++) ask(common, `rare ${rare}`, 3);
    for (let often = 0; often < 100; often++) ask(common, `often ${often}`, 4);
    const named = Array.from({ length: 100 }, (_, often) => common.of(`often ${often}`));
    expect(named.filter((one) => typeof one !== 'string')).toHaveLength(32);
    expect(common.of('rare 1')).toBe('rare 1');
  });
});
