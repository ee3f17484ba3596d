"""The invariants of gifts: each portion one outcome, money and stock of each accounted for."""

from typing import Final

from tongshang.prove.check import Check

# The order that a portion is, and where it stands while the portion stands where it does.
_STANDS: Final = """
    case p.state
        when 'waiting' then o.state in (10, 12)
        when 'open' then o.state = 12
        when 'accepted' then o.state = 12
        when 'ordered' then o.state in (20, 21, 30, 100, 200)
        when 'cancelled' then o.state = 250
        else o.state = 200
    end
"""

GIFTS: Final = (
    Check(
        "portions_have_one_outcome",
        "every portion stands where its last move led, as its order does, and has one receiver",
        "select count(*) from portions",
        f"""
        select p.shop_id, p.present_id, p.number, p.state, o.state as order_state,
               p.receiver_id, o.buyer_id, m.target as moved_to
        from portions p
        left join orders o using (shop_id, order_id)
        left join lateral (
            select target, count(*) over () as moves from portion_moves m
            where m.shop_id = p.shop_id and m.present_id = p.present_id and m.number = p.number
            order by array_position(array['open', 'accepted', 'ordered', 'declined', 'expired',
                'recalled', 'cancelled', 'donated', 'refunded'], m.target) desc limit 1
        ) m on true
        where o.order_id is null
           or not ({_STANDS})
           or coalesce(m.target, 'waiting') <> p.state
           or (p.state = 'ordered') <> (o.buyer_id > 0)
           or (p.state = 'ordered' and p.receiver_id <> o.buyer_id)
           or (o.gift->>'present_id')::bigint is distinct from p.present_id
        """,
    ),
    Check(
        "presents_follow_their_portions",
        "a present has the portions it says, and is over when none of them is undecided",
        "select count(*) from presents",
        """
        select g.shop_id, g.present_id, g.state, g.portions, c.count, c.undecided, c.ordered
        from presents g
        left join (
            select shop_id, present_id, count(*) as count,
                   count(*) filter (where state in ('open', 'accepted')) as undecided,
                   count(*) filter (where state in ('ordered', 'donated')) as ordered
            from portions group by shop_id, present_id
        ) c using (shop_id, present_id)
        where c.count is distinct from g.portions
           or (g.state = 'open') <> (c.undecided > 0)
           or (g.state = 'done') <> (c.ordered > 0 and c.undecided = 0)
           or (g.state = 'returned' and c.ordered > 0)
        """,
    ),
    Check(
        "presents_add_up",
        "what was paid for a present is what its orders cost, and went back for what nobody took",
        "select count(*) from presents where paid_at is not null and not is_free",
        """
        with parts as (
            select p.shop_id, p.present_id, sum(o.order_fen)::bigint as orders_fen
            from portions p join orders o using (shop_id, order_id)
            group by p.shop_id, p.present_id
        ), paid as (
            select shop_id, subject_id as present_id, sum(amount_fen)::bigint as fen
            from payments where subject_kind = 'present' and state = 'paid'
            group by shop_id, subject_id
        ), late as (
            select shop_id, subject_id as present_id, sum(amount_fen)::bigint as fen
            from refunds where cause_kind = 'present.late_payment'
            group by shop_id, subject_id
        )
        select g.shop_id, g.present_id, 0 as order_id, g.amount_fen, parts.orders_fen,
               paid.fen as paid_fen
        from presents g
        left join parts using (shop_id, present_id)
        left join paid using (shop_id, present_id)
        left join late using (shop_id, present_id)
        where g.amount_fen is distinct from parts.orders_fen
           or coalesce(paid.fen, 0) - coalesce(late.fen, 0)
              <> case when g.paid_at is null or g.is_free then 0 else g.amount_fen end
        union all
        select p.shop_id, p.present_id, p.order_id, g.each_fen, r.amount_fen, 0
        from portions p
        join presents g using (shop_id, present_id)
        left join refunds r on r.shop_id = p.shop_id and r.cause_kind = 'portion'
          and r.cause_id = p.order_id
        where (r.amount_fen is not null)
              <> (p.state in ('declined', 'expired', 'recalled', 'refunded') and not g.is_free)
           or r.amount_fen <> g.each_fen
           or (p.state = 'refunded') <> (r.state is not distinct from 'done')
        """,
    ),
    Check(
        "gifts_hold_their_stock",
        "a gift that waits or is taken holds its piece, one that is over has given it back",
        "select count(*) from portions",
        """
        with held as (
            select shop_id, order_id,
                   sum(beginning - ending)::bigint as pieces
            from stock_flows where op in (4, 5) and order_id > 0
            group by shop_id, order_id
        )
        select p.shop_id, p.present_id, p.number, p.state, h.pieces
        from portions p
        join orders o using (shop_id, order_id)
        left join held h using (shop_id, order_id)
        where (p.state in ('waiting', 'open', 'accepted') and h.pieces is distinct from 1)
           or (p.state = 'ordered' and o.state <> 200 and h.pieces is distinct from 1)
           or (p.state in ('declined', 'expired', 'recalled', 'donated', 'refunded', 'cancelled')
               and h.pieces is distinct from 0)
        """,
    ),
    Check(
        "donations_are_booked",
        "what receivers gave away is a charity's in the books, once, at what was paid for it",
        "select count(*) from gift_donations",
        """
        with booked as (
            select e.book_id as shop_id, e.cause_id as order_id, p.target_party as party_id,
                   sum(p.amount_fen)::bigint as fen
            from entries e join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
            where e.cause_kind = 'donation' and p.source_kind = 'shop_pending'
              and p.target_kind = 'donation'
            group by e.book_id, e.cause_id, p.target_party
        ), portions_ as (
            select p.shop_id, p.order_id, g.each_fen, p.receiver_id
            from portions p join presents g using (shop_id, present_id) where p.state = 'donated'
        )
        select shop_id, order_id, d.amount_fen, b.fen as booked_fen, q.each_fen
        from gift_donations d
        full join booked b using (shop_id, order_id, party_id)
        full join portions_ q using (shop_id, order_id)
        where d.amount_fen is distinct from b.fen or d.amount_fen is distinct from q.each_fen
           or d.donor_id is distinct from q.receiver_id
        """,
    ),
    Check(
        "returns_name_their_portions",
        "a present aftersale is the sum of its portions, and has succeeded when all are refunded",
        "select count(*) from present_aftersales",
        """
        select a.shop_id, a.aftersale_id, a.state, a.amount_fen, c.fen, c.open
        from present_aftersales a
        left join (
            select p.shop_id, p.aftersale_id, sum(g.each_fen)::bigint as fen,
                   count(*) filter (where p.state <> 'refunded') as open
            from portions p join presents g using (shop_id, present_id)
            where p.aftersale_id > 0 group by p.shop_id, p.aftersale_id
        ) c using (shop_id, aftersale_id)
        where c.fen is distinct from a.amount_fen
           or (a.state = 'MERCHANT_REFUND_SUCCESS') <> (c.open = 0)
        """,
    ),
    Check(
        "draws_are_as_promised",
        "the seed of a draw is the one whose hash was shown, and only participants have won",
        "select count(*) from presents where kind = 3",
        """
        select g.shop_id, g.present_id, g.participants, c.count, 0::bigint as receiver_id
        from presents g
        left join (select shop_id, present_id, count(*) as count
                   from gift_participants group by shop_id, present_id) c
            using (shop_id, present_id)
        where g.kind = 3 and (
            g.participants <> coalesce(c.count, 0)
            or (g.seed is not null and sha256(g.seed) <> g.seed_hash))
        union all
        select p.shop_id, p.present_id, 0, 0, p.receiver_id
        from portions p
        join presents g using (shop_id, present_id)
        left join gift_participants t
            on t.shop_id = p.shop_id and t.present_id = p.present_id
           and t.buyer_id = p.receiver_id
        where g.kind = 3 and p.receiver_id > 0 and t.buyer_id is null
          and not exists (select from gift_passes w where w.shop_id = p.shop_id
                          and w.present_id = p.present_id and w.number = p.number)
        """,
    ),
    Check(
        "shops_give_what_is_in_the_pool",
        "what is used of a pool and its budget is what its presents took and did not give back",
        "select count(*) from gift_pool",
        """
        with taken as (
            select g.shop_id, g.activity_id, g.sku_id, count(*) as pieces,
                   sum(g.pool_fen)::bigint as fen
            from presents g join portions p using (shop_id, present_id)
            where g.activity_id > 0
              and p.state in ('waiting', 'open', 'accepted', 'ordered')
            group by g.shop_id, g.activity_id, g.sku_id
        )
        select l.shop_id, l.activity_id, l.sku_id, l.used::bigint as used, t.pieces
        from gift_pool l left join taken t using (shop_id, activity_id, sku_id)
        where l.used <> coalesce(t.pieces, 0)
        union all
        select a.shop_id, a.activity_id, 0, a.spent_fen, t.fen
        from gift_activities a
        left join (select shop_id, activity_id, sum(fen)::bigint as fen from taken
                   group by shop_id, activity_id) t using (shop_id, activity_id)
        where a.spent_fen <> coalesce(t.fen, 0)
        """,
    ),
)
