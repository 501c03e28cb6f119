import { typeid } from 'typeid-js';

/** Makes row ids. Injected, so that tests can predict them. */
export abstract class Ids {
  /** A UUID version 7 in text form: ids made later sort later, which keeps indexes dense. */
  abstract next(): string;
}

export class UuidV7Ids extends Ids {
  override next(): string {
    return typeid().toUUID();
  }
}
