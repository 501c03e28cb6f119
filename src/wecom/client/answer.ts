/** WeCom's answer has another form than the official page says. Names the field, never its value. */
export class AnswerShapeError extends Error {}

/** PostgreSQL stores neither NUL nor half a surrogate pair; nicknames of customers hold whatever people type. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/**
 * A JSON object from WeCom, read field by field. Foreign input: a wrong type is an error, a missing field is one only
 * where nothing works without it, and numbers may come as text (`media.created_at`) or the other way round.
 */
export class Answer {
  private constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly place: string,
  ) {}

  static of(value: unknown, place = 'answer'): Answer {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new AnswerShapeError(`${place} is not an object`);
    }
    // reason for the cast: any object may be read by keys, each value is checked before use
    return new Answer(value as Record<string, unknown>, place);
  }

  /** @throws when missing or empty. */
  text(name: string): string {
    const value = this.maybeText(name);
    if (value === undefined) throw this.wrong(name, 'is missing');
    return value;
  }

  /** Undefined when missing, null or empty: WeCom uses all three for "none". */
  maybeText(name: string): string | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') throw this.wrong(name, 'is not text');
    return value.replace(UNSTORABLE, '');
  }

  /** Undefined only when missing; empty when shown and empty, where a withheld field must not look like a cleared one. */
  shownText(name: string): string | undefined {
    return this.maybeText(name) ?? (this.fields[name] === '' ? '' : undefined);
  }

  integer(name: string): number {
    const value = this.maybeInteger(name);
    if (value === undefined) throw this.wrong(name, 'is missing');
    return value;
  }

  maybeInteger(name: string): number | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    return this.asInteger(name, value);
  }

  /** Unix seconds. */
  time(name: string): Date {
    const time = new Date(this.integer(name) * 1000);
    if (Number.isNaN(time.getTime())) throw this.wrong(name, 'is not a time');
    return time;
  }

  flag(name: string): boolean {
    const value = this.fields[name];
    return value === true || value === 1;
  }

  /** A missing list is empty. */
  texts(name: string): string[] {
    return this.list(name).map((value) => {
      if (typeof value !== 'string') throw this.wrong(name, 'holds something that is not text');
      return value.replace(UNSTORABLE, '');
    });
  }

  integers(name: string): number[] {
    return this.list(name).map((value) => this.asInteger(name, value));
  }

  objects(name: string): Answer[] {
    return this.list(name).map((value) => Answer.of(value, `${this.place}.${name}[]`));
  }

  object(name: string): Answer {
    return Answer.of(this.fields[name], `${this.place}.${name}`);
  }

  maybeObject(name: string): Answer | undefined {
    const value = this.fields[name];
    return value === undefined || value === null ? undefined : this.object(name);
  }

  private list(name: string): unknown[] {
    const value = this.fields[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.wrong(name, 'is not a list');
    return value;
  }

  private asInteger(name: string, value: unknown): number {
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number))
      throw this.wrong(name, 'is not an integer');
    return number;
  }

  private wrong(name: string, what: string): AnswerShapeError {
    return new AnswerShapeError(`${this.place}.${name} ${what}`);
  }
}
