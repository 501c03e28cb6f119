import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CorpState } from './corp.types.js';

export interface WorldState {
  version: 1;
  seed: string;
  corps: CorpState[];
}

export function readWorldFile(path: string): WorldState | undefined {
  if (!existsSync(path)) return undefined;
  const state = JSON.parse(readFileSync(path, 'utf8')) as Partial<WorldState>;
  if (state.version !== 1 || !Array.isArray(state.corps)) {
    throw new Error(
      `${path} is no sandbox world of this version; delete it to start with a new one / 不是本版本的沙箱数据文件，删除后重新启动即可`,
    );
  }
  // reason: its version was checked, and only this server writes the file
  return state as WorldState;
}

/** A crash leaves the old file or the new one, never half of one. Callback keys lie in it, so only we may read it. */
export function writeWorldFile(path: string, state: WorldState): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}
