import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which key an id meant when it was first used, as an HMAC that tells nothing about the key. */
@Entity({ schema: 'platform', name: 'key_checks' })
export class KeyCheckRow {
  @PrimaryColumn({ name: 'key_id', type: 'text', primaryKeyConstraintName: 'key_checks_pkey' })
  readonly keyId: string;
  @Column({ name: 'check_value', type: 'text' })
  readonly checkValue: string;
}

export const cryptoRows = [KeyCheckRow];
