/** Walks every sequence of moves of one coupon in the database itself; all of it is undone. */
export const WALK = {
  define: `
    CREATE OR REPLACE FUNCTION pg_temp.walk(corp uuid, coupon uuid, customer uuid, way text, depth int) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
    DECLARE
      target text;
      lines text[];
    BEGIN
      FOREACH target IN ARRAY ARRAY['claimable', 'claimed', 'locked', 'redeemed', 'reversed', 'expired', 'void'] LOOP
        lines := NULL;
        BEGIN
          UPDATE coupons.coupons c
             SET state = target, version = c.version + 1,
                 customer_id = CASE WHEN target = 'claimable' THEN NULL ELSE coalesce(c.customer_id, customer) END,
                 holder_id = coalesce(c.holder_id, customer), seq = coalesce(c.seq, 1000),
                 order_id = CASE WHEN target IN ('locked', 'redeemed') THEN 'order' END,
                 locked_until = CASE WHEN target = 'locked' THEN clock_timestamp() + interval '1 hour' END,
                 lock_discount = CASE WHEN target = 'locked' THEN 0 END
           WHERE c.corp_id = corp AND c.id = coupon;
          lines := ARRAY[ltrim(way || ' ' || target) || ' done'];
          IF depth < 6 THEN
            SELECT lines || array_agg(w) INTO lines FROM pg_temp.walk(corp, coupon, customer, way || ' ' || target, depth + 1) AS w;
          END IF;
          RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
        EXCEPTION
          WHEN SQLSTATE 'ZZ001' THEN NULL;
          WHEN check_violation THEN
            IF SQLERRM NOT LIKE 'coupon_transition%' AND SQLERRM NOT LIKE 'coupon_fixed%' THEN RAISE; END IF;
            lines := ARRAY[ltrim(way || ' ' || target) || ' refused'];
        END;
        RETURN QUERY SELECT unnest(lines);
      END LOOP;
    END $$`,
  run: `SELECT line FROM pg_temp.walk($1, $2, $3, '', 1) AS line`,
};
