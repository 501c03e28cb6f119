import { TypeID } from 'typeid-js';

/** Our own id of a connected WeCom corp, the tenant. Not WeCom's `corpid`. */
export type CorpId = string & { readonly __corpId: unique symbol };

/** Inside the system an id is a UUID; outside it is a TypeID such as `cus_01jd…`, which names its kind. */
export function toPublicId(prefix: string, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString();
}

/** The UUID of a public id of the given kind, or undefined when the text is not one. */
export function parsePublicId(prefix: string, text: string): string | undefined {
  try {
    return TypeID.fromString(text, prefix).toUUID();
  } catch {
    return undefined; // the library throws on a wrong prefix, length or letter; all mean the same here
  }
}
