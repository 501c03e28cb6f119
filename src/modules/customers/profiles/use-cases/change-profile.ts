import { Injectable } from '@nestjs/common';
import type { ValueProblem } from '../domain/field-value.js';
import { ProfileLocks } from '../persistence/profile-locks.js';
import { PersonMembers } from '../queries/person-members.js';
import { type ShownProfile, ShowProfile } from '../queries/show-profile.js';
import { type FieldOrigin, WriteFields } from './write-fields.js';

export interface ProfileChange {
  /** By key of the field; null takes back what the source said. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly observedAt?: Date | undefined;
}

export interface FieldFault extends ValueProblem {
  readonly field: string;
}

/** One writer after the other on the profile of a person. Inside an open unit of work. */
@Injectable()
export class ChangeProfile {
  constructor(
    private readonly members: PersonMembers,
    private readonly locks: ProfileLocks,
    private readonly profiles: ShowProfile,
    private readonly fields: WriteFields,
  ) {}

  /**
   * @param assertSeen throws when the caller has seen another state
   * @returns the profile as it is now, or what is wrong with the values; then the unit of work must not be committed.
   * @throws customers.not_found
   */
  async change(
    customerId: string,
    { fields, observedAt }: ProfileChange,
    from: FieldOrigin,
    assertSeen: (etag: string) => void,
  ): Promise<ShownProfile | readonly FieldFault[]> {
    const entries = Object.entries(fields);
    const changes = entries.map(([field, value]) => ({
      customerId,
      field,
      value,
      ...(observedAt && { observedAt }),
    }));
    await this.fields.check(changes); // locks unique texts, which everybody locks before profiles
    await this.locks.lock(await this.members.of(customerId), 0);
    assertSeen((await this.profiles.get(customerId)).etag);
    const results = await this.fields.write(changes, from);
    const faults = results.flatMap((result, index): FieldFault[] =>
      result.ok ? [] : [{ field: entries[index]?.[0] ?? '', ...result.problem }],
    );
    return faults.length > 0 ? faults : this.profiles.get(customerId);
  }
}
