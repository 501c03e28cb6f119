import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import type { EnvelopePlace } from '../../platform/crypto/envelopes.js';
import type { AppKind, AppState } from './app.types.js';

registerEncryptedColumn({ table: 'wecom.apps', column: 'secret_sealed', rowId: 'id' });
registerEncryptedColumn({ table: 'wecom.callback_credentials', column: 'token_sealed', rowId: 'id' });
registerEncryptedColumn({ table: 'wecom.callback_credentials', column: 'aes_key_sealed', rowId: 'id' });

@Entity({ schema: 'wecom', name: 'apps' })
@Check('apps_kind_check', `kind IN ('self_built', 'directory_assistant')`)
@Check('apps_state_check', `state IN ('unverified', 'valid', 'rejected')`)
@Check('apps_agent_check', `(kind = 'self_built') = (agent_id IS NOT NULL)`)
@Unique('apps_agent_key', ['corpId', 'agentId'])
@Index('apps_one_assistant', { synchronize: false })
export class WecomAppRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'apps_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'apps_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly kind: AppKind;
  @Column({ name: 'agent_id', type: 'bigint', nullable: true })
  readonly agentId: number | null;
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ name: 'secret_sealed', type: 'text' })
  readonly secretSealed: string;
  /** Grows with each new secret, so that a verdict on the old one is not taken for one on the new. */
  @Column({ name: 'secret_version', type: 'integer' })
  readonly secretVersion: number;
  @Column({ type: 'text' })
  readonly state: AppState;
  @Column({ name: 'checked_at', type: 'timestamptz', nullable: true })
  readonly checkedAt: Date | null;
  /** The last errcode that an administrator has to act on, and where it came from. */
  @Column({ name: 'problem_errcode', type: 'integer', nullable: true })
  readonly problemErrcode: number | null;
  @Column({ name: 'problem_api', type: 'text', nullable: true })
  readonly problemApi: string | null;
  @Column({ name: 'problem_at', type: 'timestamptz', nullable: true })
  readonly problemAt: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt: Date;
}

/** A pair of Token and EncodingAESKey that callbacks of the app may be made with; two while a new pair is set up. */
@Entity({ schema: 'wecom', name: 'callback_credentials' })
@Index('callback_credentials_app', ['corpId', 'appId'])
export class CallbackCredentialRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'callback_credentials_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'callback_credentials_pkey' })
  readonly id: string;
  @Column({ name: 'app_id', type: 'uuid' })
  readonly appId: string;
  @Column({ name: 'token_sealed', type: 'text' })
  readonly tokenSealed: string;
  @Column({ name: 'aes_key_sealed', type: 'text' })
  readonly aesKeySealed: string;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  /** Null for the newest pair. */
  @Column({ name: 'accepted_until', type: 'timestamptz', nullable: true })
  readonly acceptedUntil: Date | null;
  @ManyToOne(() => WecomAppRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'callback_credentials_app_fkey',
    },
    { name: 'app_id', referencedColumnName: 'id', foreignKeyConstraintName: 'callback_credentials_app_fkey' },
  ])
  readonly app: Relation<WecomAppRow>;
}

/** Leads from the unguessable part of a callback URL to its app, before the corp is known. */
@Entity({ schema: 'platform', name: 'callback_places' })
@Unique('callback_places_app_key', ['corpId', 'appId'])
export class CallbackPlaceRow {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'callback_places_pkey' })
  readonly id: string;
  @Column({ name: 'corp_id', type: 'uuid' })
  readonly corpId: string;
  @Column({ name: 'app_id', type: 'uuid' })
  readonly appId: string;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}

export function secretPlace(corpId: string, appId: string): EnvelopePlace {
  return { corpId, table: 'wecom.apps', column: 'secret_sealed', rowId: appId };
}

export function credentialPlace(
  corpId: string,
  id: string,
  column: 'token_sealed' | 'aes_key_sealed',
): EnvelopePlace {
  return { corpId, table: 'wecom.callback_credentials', column, rowId: id };
}
