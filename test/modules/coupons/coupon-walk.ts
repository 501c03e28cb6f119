/** What may be done to a coupon, whether or not it may: for two orders, as one must not take what the other holds. */
export const COMMANDS = [
  'claimable',
  'claimed',
  'locked-a',
  'locked-b',
  'redeemed-a',
  'redeemed-b',
  'reversed',
  'expired',
  'void',
  'void-returned',
];

/** Walks every sequence of commands on one coupon in the database itself; all of it is undone. */
export const WALK = {
  define: `
    CREATE OR REPLACE FUNCTION pg_temp.walk(corp uuid, coupon uuid, customer uuid, way text, depth int) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
    DECLARE
      command text;
      target text;
      held_for text;
      lines text[];
    BEGIN
      FOREACH command IN ARRAY ARRAY['${COMMANDS.join("', '")}'] LOOP
        target := split_part(command, '-', 1);
        held_for := CASE WHEN target IN ('locked', 'redeemed') THEN split_part(command, '-', 2) END;
        lines := NULL;
        BEGIN
          UPDATE coupons.coupons c
             SET state = target, version = c.version + 1,
                 customer_id = CASE WHEN target = 'claimable' THEN NULL ELSE coalesce(c.customer_id, customer) END,
                 holder_id = coalesce(c.holder_id, customer), seq = CASE WHEN command <> 'void-returned' THEN coalesce(c.seq, 1000) END,
                 returned = command = 'void-returned', order_id = held_for,
                 locked_until = CASE WHEN target = 'locked' THEN clock_timestamp() + interval '1 hour' END,
                 lock_discount = CASE WHEN target = 'locked' THEN 0 END
           WHERE c.corp_id = corp AND c.id = coupon;
          lines := ARRAY[ltrim(way || ' ' || command) || ' done'];
          IF depth < 6 THEN
            SELECT lines || array_agg(w) INTO lines FROM pg_temp.walk(corp, coupon, customer, way || ' ' || command, depth + 1) AS w;
          END IF;
          RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
        EXCEPTION
          WHEN SQLSTATE 'ZZ001' THEN NULL;
          WHEN check_violation THEN
            IF SQLERRM !~ '^coupon_(transition|fixed|locked)' THEN RAISE; END IF;
            lines := ARRAY[ltrim(way || ' ' || command) || ' refused'];
        END;
        RETURN QUERY SELECT unnest(lines);
      END LOOP;
    END $$`,
  run: `SELECT line FROM pg_temp.walk($1, $2, $3, '', 1) AS line`,
};
