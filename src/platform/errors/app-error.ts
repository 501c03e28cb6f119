/** What went wrong in the caller's terms. Only the HTTP layer knows which status belongs to a kind. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'unprocessable'
  | 'too_large'
  | 'unsupported'
  | 'precondition_failed'
  | 'precondition_required'
  | 'rate_limited'
  | 'unavailable'
  | 'upstream'
  | 'internal';

/** Shown to the caller, so nothing personal and nothing secret goes in here. */
export type SafeParams = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface ErrorTexts {
  readonly kind: ErrorKind;
  readonly en: string;
  readonly zh: string;
  /** True when the same request may succeed later. */
  readonly retryable?: boolean;
}

/** One line of a module's error catalogue; calling it makes the error. */
export interface ErrorDefinition extends ErrorTexts {
  (params?: SafeParams, options?: { cause?: unknown }): AppError;
  readonly code: string;
}

export class AppError extends Error {
  constructor(
    readonly definition: ErrorDefinition,
    readonly params: SafeParams = {},
    options?: { cause?: unknown },
  ) {
    super(definition.en, options);
    this.name = 'AppError';
  }

  get code(): string {
    return this.definition.code;
  }

  get kind(): ErrorKind {
    return this.definition.kind;
  }

  get retryable(): boolean {
    return this.definition.retryable ?? false;
  }

  /** Set where it is known that the same work is refused until then: whoever can wait loses nothing by waiting. */
  get retryAfterMs(): number | undefined {
    return undefined;
  }
}

const catalogue = new Map<string, ErrorDefinition>();

/**
 * Declares a module's errors. The code is `<module>.<name>` and never changes once released.
 * @throws when a code is declared twice.
 */
export function defineErrors<const T extends Record<string, ErrorTexts>>(
  module: string,
  errors: T,
): { readonly [K in keyof T]: ErrorDefinition } {
  const entries = Object.entries(errors).map(([name, texts]) => {
    const code = `${module}.${name}`;
    if (catalogue.has(code)) throw new Error(`error code ${code} is declared twice`);
    const make = (params?: SafeParams, options?: { cause?: unknown }): AppError =>
      new AppError(definition, params, options);
    const definition: ErrorDefinition = Object.assign(make, { ...texts, code });
    catalogue.set(code, definition);
    return [name, definition] as const;
  });
  // reason for the cast: Object.fromEntries forgets the keys that the mapped type keeps
  return Object.fromEntries(entries) as { readonly [K in keyof T]: ErrorDefinition };
}

/** Every declared error, for the OpenAPI document, `docs/errors.md` and the test that compares them. */
export function allErrors(): readonly ErrorDefinition[] {
  return [...catalogue.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
