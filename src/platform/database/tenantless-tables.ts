/**
 * The tables of schema `platform` that row-level security does not guard, each with the reason. All other business
 * tables carry `corp_id` and the wall; a catalogue test compares both lists with the database.
 */
export const tenantlessTables = {
  'platform.migrations': 'which migrations have run',
  'platform.corps': 'the list of tenants itself: read to know which tenants there are',
  'platform.callback_places': 'leads from the unguessable id in a callback URL to its corp',
  'platform.link_codes': 'leads from the unguessable code of a tracked link to its corp',
  'platform.claim_codes': 'leads from the unguessable code of a claim link to its corp',
  'platform.api_keys': 'leads from the id in an API key to its corp',
  'platform.operator_audit_entries': 'what operators did that belongs to no corp',
  'platform.idempotency_keys':
    'a key may belong to an operator, who has no corp; scoped by the owner of the key',
  'platform.partitioned_tables': 'which tables are cut into months, and how many of them stay',
  'platform.schedule_slots': 'which process ran a schedule, for all corps at once',
  'platform.job_pools': 'heartbeats of worker processes',
  'platform.key_checks': 'proves at start that the master keys fit this database',
} as const satisfies Record<string, string>;
