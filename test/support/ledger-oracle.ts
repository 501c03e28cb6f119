/** What must hold at every commit, each as a query for rows that break it. Inside the wall of a corp. */
const FAULTS: Record<string, string> = {
  'P-1 the entries do not sum up to the balance': `
    SELECT a.id FROM loyalty.accounts a LEFT JOIN loyalty.entries e ON e.corp_id = a.corp_id AND e.account_id = a.id
     GROUP BY a.corp_id, a.id HAVING a.posted <> coalesce(sum(e.delta), 0) OR a.debt <> coalesce(sum(e.debt_delta), 0)
         OR a.version <> count(e.seq)`,
  'P-3 an entry does not follow the one before': `
    SELECT account_id FROM (
      SELECT *, row_number() OVER w AS number, lag(balance_after, 1, 0::bigint) OVER w AS balance,
             lag(debt_after, 1, 0::bigint) OVER w AS debt, lag(recorded_at) OVER w AS earlier
        FROM loyalty.entries WINDOW w AS (PARTITION BY account_id ORDER BY seq)) e
     WHERE seq <> number OR balance_after <> balance + delta OR debt_after <> debt + debt_delta OR recorded_at < earlier`,
  'P-6 the lots do not sum up to the balance': `
    SELECT a.id FROM loyalty.accounts a LEFT JOIN loyalty.lots l ON l.corp_id = a.corp_id AND l.account_id = a.id
     GROUP BY a.corp_id, a.id HAVING a.posted <> coalesce(sum(l.remaining), 0)`,
  'P-6 a lot and what was taken from it disagree': `
    SELECT l.account_id FROM loyalty.lots l
      LEFT JOIN loyalty.lot_uses u ON u.corp_id = l.corp_id AND u.account_id = l.account_id AND u.lot_seq = l.seq
     GROUP BY l.corp_id, l.account_id, l.seq
    HAVING l.remaining <> l.amount - coalesce(sum(u.amount - u.given_back), 0)`,
  'P-9 what open holds reserve is not what their lots and accounts hold': `
    SELECT l.account_id FROM loyalty.lots l
      LEFT JOIN (SELECT r.* FROM loyalty.hold_lots r JOIN loyalty.holds h ON h.corp_id = r.corp_id AND h.id = r.hold_id
                  WHERE h.state = 'open') AS r
        ON r.corp_id = l.corp_id AND r.account_id = l.account_id AND r.lot_seq = l.seq
     GROUP BY l.corp_id, l.account_id, l.seq HAVING l.held <> coalesce(sum(r.amount), 0)
    UNION ALL
    SELECT a.id FROM loyalty.accounts a LEFT JOIN loyalty.lots l ON l.corp_id = a.corp_id AND l.account_id = a.id
     GROUP BY a.corp_id, a.id HAVING a.held <> coalesce(sum(l.held), 0)`,
  'P-8 the reversals do not sum up to what is reversed': `
    SELECT t.id FROM loyalty.transfers t LEFT JOIN loyalty.transfers r ON r.corp_id = t.corp_id AND r.reverses = t.id
     GROUP BY t.corp_id, t.id
    HAVING t.reversed_amount > abs(t.amount) OR (t.kind <> 'expire' AND t.reversed_amount <> coalesce(sum(r.amount), 0))`,
  'a transfer has no entry': `
    SELECT t.id FROM loyalty.transfers t WHERE NOT EXISTS (
      SELECT FROM loyalty.entries e WHERE e.corp_id = t.corp_id AND e.transfer_id = t.id)`,
  'the hashes do not chain': `
    SELECT account_id FROM (
      SELECT *, lag(hash, 1, ''::bytea) OVER (PARTITION BY account_id ORDER BY seq) AS previous FROM loyalty.entries) e
     WHERE hash <> loyalty.entry_hash(previous, corp_id, account_id, seq, transfer_id, kind, delta, balance_after,
             debt_delta, debt_after, recorded_at)
    UNION ALL
    SELECT a.id FROM loyalty.accounts a WHERE a.version > 0 AND a.chain_head <> (
      SELECT hash FROM loyalty.entries e WHERE e.corp_id = a.corp_id AND e.account_id = a.id AND e.seq = a.version)`,
};

/** Each law that is broken, with how many rows break it. Empty: all hold. */
export async function ledgerFaults(
  query: (sql: string) => Promise<{ count: number }[]>,
): Promise<Record<string, number>> {
  const faults: Record<string, number> = {};
  for (const [law, sql] of Object.entries(FAULTS)) {
    const [row] = await query(`SELECT count(*)::int AS count FROM (${sql}) AS broken`);
    if (row?.count) faults[law] = row.count;
  }
  return faults;
}
