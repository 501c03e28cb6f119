import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const english = readFileSync('docs/operate.md', 'utf8');
const chinese = readFileSync('docs/operate.zh-CN.md', 'utf8');

/** Commands, paths, settings and expressions: what a reader copies. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/```\w+\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(
    ([, span = '']) => span,
  );
  const commands = blocks.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return [...new Set([...commands, ...spans])].sort();
}

function sources(): string {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return names.map((name) => readFileSync(path.join('src', name), 'utf8')).join('\n');
}

describe('the documents for operators', () => {
  it('say the same in both languages', () => {
    expect(codeOf(english).length).toBeGreaterThan(60);
    expect(codeOf(chinese)).toEqual(codeOf(english));
  });

  it('name alerts on figures that exist', () => {
    const conditions = english.split('\n').filter((line) => /^\|.*\| `.*(>|<|==) /.test(line));
    const named = conditions.flatMap(
      (line) => (line.split(' | ')[1] ?? '').match(/\b[a-z]+(_[a-z0-9]+)+\b/g) ?? [],
    );
    const figures = named
      .map((name) => name.replace(/_(bucket|count)$/, ''))
      .filter((name) => !/^(histogram_quantile|given_up|process_|nodejs_)/.test(name));
    expect(figures.length).toBeGreaterThan(12);
    const text = sources();
    expect(figures.filter((name) => !text.includes(`'${name}'`))).toEqual([]);
  });
});
