import type { MasterKeys } from './master-keys.js';

export interface RotationResult {
  /** Envelopes that were sealed anew. */
  readonly resealed: number;
  /** Keys that no row uses any more: safe to take out of MASTER_KEYS. */
  readonly unusedKeyIds: readonly string[];
}

/** Seals every envelope that is not under the current key anew, while the application serves. */
export async function rotateMasterKeys(_options: {
  databaseUrl: string;
  masterKeys: MasterKeys;
  print: (line: string) => void;
}): Promise<RotationResult> {
  throw new Error('not yet written');
}
