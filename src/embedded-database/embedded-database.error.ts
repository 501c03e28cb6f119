export type EmbeddedDatabaseErrorCode =
  | 'no_binaries'
  | 'folder_refused'
  | 'folder_unreachable'
  | 'other_major_version'
  | 'credentials_missing'
  | 'initialisation_failed'
  | 'start_failed'
  | 'stop_failed'
  | 'start_lock_held';

/** A problem of the machine that its user can solve; the message says how, in Chinese and English. Holds no secret. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';

  constructor(
    readonly code: EmbeddedDatabaseErrorCode,
    text: { zh: string; en: string },
  ) {
    super(`${text.zh}\n${text.en}`);
  }
}
