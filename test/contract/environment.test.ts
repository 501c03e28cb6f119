import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getMetadataStorage } from 'class-validator';
import { Environment, environmentNames } from '../../src/platform/config/environment.js';

const file = readFileSync(path.join(import.meta.dirname, '../../.env.example'), 'utf8');

describe('.env.example', () => {
  it('lists the variables that the application reads, all of them and no other', () => {
    const rules = getMetadataStorage().getTargetValidationMetadatas(Environment, '', false, false);
    const checked = [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
    const listed = [...file.matchAll(/^#?\s?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect([...environmentNames()].sort()).toEqual(checked);
    expect([...listed].sort()).toEqual(checked);
  });

  it('shows the defaults as they are', () => {
    const defaults = Object.entries(new Environment()).map(([name, value]) => `# ${name}=${String(value)}`);
    expect(defaults.filter((line) => !file.split('\n').includes(line))).toEqual([]);
  });
});
