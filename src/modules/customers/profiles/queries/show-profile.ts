import { Injectable } from '@nestjs/common';
import { Signatures } from '../../../../platform/http/signatures.js';
import { customersErrors } from '../../customers.errors.js';
import type { GoldenField, ToldValue } from '../domain/golden-record.js';
import { type CurrentRecords, RecordStore } from '../persistence/record-store.js';
import { ProfileOf } from './profile-of.js';

/** Everything that a profile shows of the person of one customer. */
export interface ShownProfile extends CurrentRecords {
  readonly customerId: string;
  /** Of the person, sorted; the first is the person's id. */
  readonly customerIds: readonly string[];
  readonly fields: readonly GoldenField[];
  /** Required fields without a value. */
  readonly missing: readonly string[];
  /** Another one whenever anything above is another. */
  readonly etag: string;
}

type GoldenContent = Pick<ShownProfile, 'customerIds' | 'fields'>;

/** Inside an open unit of work. */
@Injectable()
export class ShowProfile {
  constructor(
    private readonly profiles: ProfileOf,
    private readonly records: RecordStore,
    private readonly signatures: Signatures,
  ) {}

  /** @throws customers.not_found */
  async get(customerId: string): Promise<ShownProfile> {
    const golden = (await this.profiles.of([customerId])).get(customerId);
    if (!golden) throw customersErrors.not_found();
    const records = await this.records.current(golden.customerIds);
    const missing = golden.fields
      .filter(({ definition, value }) => definition.required && value === null)
      .map(({ definition }) => definition.key);
    return { customerId, ...golden, ...records, missing, etag: this.etagOf(golden, records) };
  }

  /**
   * Of the content, not of a counter: WeCom's own facts, defaults and merges change what is shown, and count nothing. With
   * a key: whoever may not see the masked values could otherwise try them until the hash is this one.
   */
  private etagOf(golden: GoldenContent, records: CurrentRecords): string {
    const shown = golden.fields.map(({ definition, value, survivor, ruleVersion }) => [
      definition.key,
      value,
      ruleVersion,
      survivor && [survivor.source, survivor.customerId, seenAtMs(survivor), survivor.confidence],
    ]);
    const content = JSON.stringify([golden.customerIds, shown, records]);
    return this.signatures.sign(`customers.profile ${content}`).slice(0, ETAG_LENGTH);
  }
}

const ETAG_LENGTH = 22;

/** Each sync sees again what WeCom says: that alone is no change, and refuses nobody's write. */
function seenAtMs({ source, observedAtMs }: ToldValue): number | undefined {
  return source === 'wecom' ? undefined : observedAtMs;
}
