import { spawn } from 'node:child_process';
import { compiledPath, root } from '../../scripts/compiled-sources.mjs';

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs one of our commands in a process of its own, from source: `runCli('cli/migrate', ['--check'], {…})`. It gets the
 * given environment only.
 */
export async function runCli(entry: string, args: string[], env: Record<string, string>): Promise<CliResult> {
  const child = spawn(process.execPath, [compiledPath(`src/${entry}.ts`), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result: CliResult = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (result.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (result.stderr += text.toString()));
  result.code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return result;
}
