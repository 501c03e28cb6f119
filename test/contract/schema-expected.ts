/**
 * What the database may hold beside tables and their columns, which the drift test compares with the row classes. A
 * change here is a change of the second wall: review it as such.
 */

/** What the application may do with a table; all others have SELECT, INSERT, UPDATE, DELETE. */
export const specialGrants: Record<string, string> = {
  'customers.consents': 'SELECT, INSERT, DELETE',
  'customers.field_history': 'SELECT, INSERT, DELETE',
  'customers.survivorship_rules': 'SELECT, INSERT',
  'loyalty.accounts': 'SELECT, INSERT, UPDATE',
  'loyalty.board_corrections': 'SELECT, INSERT',
  'loyalty.board_results': 'SELECT, INSERT',
  'loyalty.earning_rule_versions': 'SELECT, INSERT, UPDATE (in_force_from, in_force_to)',
  'loyalty.entries': 'SELECT, INSERT',
  'loyalty.hold_lots': 'SELECT, INSERT',
  'loyalty.holds': 'SELECT, INSERT, UPDATE',
  'loyalty.level_grants': 'SELECT, INSERT, UPDATE (delivered_at, problem), DELETE',
  'loyalty.level_history': 'SELECT, INSERT, DELETE',
  'loyalty.level_tables': 'SELECT, INSERT, UPDATE (activated_at, state)',
  'loyalty.lot_uses': 'SELECT, INSERT, UPDATE (amount, given_back)',
  'loyalty.lots': 'SELECT, INSERT, UPDATE (expires_at, held, remaining)',
  'loyalty.transfers': 'SELECT, INSERT, UPDATE (reversed_amount)',
  'platform.api_keys': 'SELECT, INSERT, UPDATE (expires_at, last_used_at, revoked_at)',
  'platform.audit_entries': 'SELECT, INSERT',
  'platform.callback_places': 'SELECT, INSERT, DELETE',
  'platform.corps': 'SELECT, INSERT, UPDATE',
  'platform.event_consumptions': 'SELECT, INSERT, DELETE',
  'platform.events': 'SELECT, INSERT, DELETE',
  'platform.idempotency_keys': 'SELECT, INSERT, DELETE',
  'platform.key_checks': 'SELECT, INSERT, DELETE',
  'platform.link_codes': 'SELECT, INSERT',
  'platform.migrations': 'SELECT',
  'platform.operations': 'SELECT, INSERT, UPDATE',
  'platform.operator_audit_entries': 'SELECT, INSERT',
  'platform.partitioned_tables': 'SELECT',
  'platform.schedule_slots': 'SELECT, INSERT, DELETE',
};

export const functions = [
  'customers.keep_relation_past()',
  'loyalty.count_on_boards(p_corp uuid, p_accounts uuid[], p_seqs bigint[])',
  'loyalty.counted_on_board(p_corp uuid, p_period uuid, p_account uuid)',
  'loyalty.entry_hash(previous bytea, corp_id uuid, account_id uuid, seq bigint, transfer_id uuid, kind text, delta bigint, balance_after bigint, debt_delta bigint, debt_after bigint, recorded_at timestamp with time zone)',
  'loyalty.give_back_lots(p_corp uuid, p_transfer uuid, p_amount bigint)',
  'loyalty.move_on_boards(p_corp uuid, p_periods uuid[], p_members uuid[], p_customers uuid[], p_amounts bigint[], p_reached timestamp with time zone[])',
  'loyalty.post(p_corp uuid, p_at timestamp with time zone, p_items jsonb)',
  'loyalty.take_expired(p_corp uuid, p_account uuid, p_lot bigint, p_seq bigint, p_amount bigint)',
  'loyalty.take_lots(p_corp uuid, p_accounts uuid[], p_seqs bigint[], p_amount bigint, p_at timestamp with time zone, p_lots text, p_only bigint[], p_partly boolean)',
  'platform.keep_partitions()',
  'platform.refuse_change()',
];

/** Functions that run as the owner, with the reason why they cannot be led past the wall. */
export const ownersFunctions: Record<string, string> = {
  'platform.keep_partitions()': 'takes no argument, reads no row, makes and drops months of listed tables',
};

/** `table: trigger, timing and events`. */
export const triggers = [
  'customers.follow_relations: keep_past AFTER UPDATE',
  'loyalty.entries: append_only BEFORE DELETE, UPDATE',
  'loyalty.entries: append_only_truncate BEFORE TRUNCATE',
  'platform.audit_entries: append_only BEFORE DELETE, UPDATE',
  'platform.audit_entries: append_only_truncate BEFORE TRUNCATE',
  'platform.events: append_only BEFORE UPDATE',
  'platform.operator_audit_entries: append_only BEFORE DELETE, UPDATE',
  'platform.operator_audit_entries: append_only_truncate BEFORE TRUNCATE',
];

/** Rows that nobody may change or remove: each needs both triggers and no grant to do so. */
export const appendOnlyTables = [
  'loyalty.entries',
  'platform.audit_entries',
  'platform.operator_audit_entries',
];

/** Tables without a row class, with the reason: the drift test cannot see them. */
export const tablesWithoutRowClass: Record<string, string> = {
  'loyalty.accounts': 'plain SQL only',
  'loyalty.adjustment_limits': 'plain SQL only',
  'loyalty.adjustments': 'plain SQL only',
  'loyalty.hold_lots': 'plain SQL only',
  'loyalty.holds': 'plain SQL only',
  'loyalty.opening_rows': 'plain SQL only',
  'loyalty.openings': 'plain SQL only',
  'loyalty.benefits': 'plain SQL only',
  'loyalty.board_corrections': 'plain SQL only',
  'loyalty.board_moves': 'plain SQL only',
  'loyalty.board_periods': 'plain SQL only',
  'loyalty.board_results': 'plain SQL only',
  'loyalty.board_rungs': 'plain SQL only',
  'loyalty.board_standings': 'plain SQL only',
  'loyalty.boards': 'plain SQL only',
  'loyalty.check_in_settings': 'plain SQL only',
  'loyalty.check_ins': 'plain SQL only',
  'loyalty.exchanges': 'plain SQL only',
  'loyalty.honour_grants': 'plain SQL only',
  'loyalty.honours': 'plain SQL only',
  'loyalty.earning_rule_versions': 'plain SQL only',
  'loyalty.earning_rules': 'plain SQL only',
  'loyalty.rule_awards': 'plain SQL only',
  'loyalty.rule_counters': 'plain SQL only',
  'loyalty.rule_orders': 'plain SQL only',
  'loyalty.entries': 'plain SQL only',
  'loyalty.level_grants': 'plain SQL only',
  'loyalty.level_history': 'plain SQL only',
  'loyalty.level_tables': 'plain SQL only',
  'loyalty.lot_uses': 'plain SQL only',
  'loyalty.member_levels': 'plain SQL only',
  'loyalty.relevels': 'plain SQL only',
  'loyalty.lots': 'plain SQL only',
  'loyalty.tag_rules': 'plain SQL only',
  'loyalty.tag_writes': 'plain SQL only',
  'loyalty.transfers': 'plain SQL only',
  'loyalty.wallets': 'plain SQL only',
  'platform.partitioned_tables': 'plain SQL only',
  'platform.api_keys': 'plain SQL only',
  'platform.audit_entries': 'plain SQL only',
  'platform.corps': 'plain SQL only',
  'platform.idempotency_keys': 'plain SQL only',
  'platform.link_codes': 'plain SQL only',
  'platform.migrations': 'TypeORM makes it',
  'platform.operator_audit_entries': 'plain SQL only',
};
