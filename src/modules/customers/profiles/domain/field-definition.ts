/**
 * What a field may hold. `amount` is a whole number of 分; `multi_level` is a path of choices from the first level down,
 * such as province and city.
 */
export const FIELD_TYPES = [
  'text',
  'number',
  'amount',
  'date',
  'boolean',
  'choice',
  'choices',
  'multi_level',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A value as the API shows it and as the database keeps it: a date is `1990-05-20`, lists are of choices' keys. */
export type FieldValue = string | number | boolean | readonly string[];

export interface FieldChoice {
  /** What values hold; unique below its parent. */
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  /** The choice above, in a field of several levels. */
  readonly parent?: string;
  /** Shown where it was chosen before, and no longer to be chosen. */
  readonly archived?: boolean;
}

/** One field of a profile: built in, or made by the corp. */
export interface FieldDefinition {
  /** Names the field everywhere, for ever. */
  readonly key: string;
  /** null: built in. */
  readonly id: string | null;
  readonly type: FieldType;
  readonly zh: string;
  readonly en: string;
  /** May be changed, not emptied. A profile says which are missing; nobody is refused for lack of one. */
  readonly required: boolean;
  /** No two persons hold the same value. */
  readonly unique: boolean;
  /** Shown while no source says anything; stored nowhere. */
  readonly defaultValue: FieldValue | null;
  /** Of the types with choices. None in `multi_level`: any path of texts. */
  readonly choices: readonly FieldChoice[];
  /** A path must end where no choice is below. */
  readonly wholePath: boolean;
  /** Only WeCom says it. */
  readonly readOnly: boolean;
  /** Masked for those who may not reveal personal data. */
  readonly personal: boolean;
  readonly position: number;
  readonly archived: boolean;
}

/** What may change of a field. */
export interface FieldContent {
  readonly zh: string;
  readonly en: string;
  readonly required: boolean;
  /** Absent: as it was, at first not. */
  readonly personal?: boolean;
  readonly defaultValue: unknown;
  readonly choices: readonly FieldChoice[];
  /** Absent: where it stood, or behind the built-in ones. */
  readonly position?: number;
}

/** What stays for ever: values that are stored depend on it. */
export interface FieldNature {
  readonly key: string;
  readonly type: FieldType;
  readonly unique: boolean;
  readonly wholePath: boolean;
}
