"""The invariants. Each query names rows that break one, and finds none in sound books."""

from typing import Final

from tongshang.prove.check import Check as Check
from tongshang.prove.check import Walk
from tongshang.prove.days import DAYS
from tongshang.prove.gifts import GIFTS
from tongshang.prove.packets import PACKETS
from tongshang.prove.receivers import RECEIVERS

_MONEY: Final = (
    Check(
        "entries_balance",
        "every entry moved something, and every posting belongs to an entry of its book",
        "select count(*) from entries",
        """
        select e.book_id, e.entry_id, 'an entry without postings' as fault
        from entries e
        where not exists (select from postings p
                          where p.book_id = e.book_id and p.entry_id = e.entry_id)
        union all
        select p.book_id, p.entry_id, 'a posting without entry'
        from postings p
        where not exists (select from entries e
                          where e.book_id = p.book_id and e.entry_id = p.entry_id)
        """,
    ),
    Check(
        "balances_equal_postings",
        "the balance of every account is the sum of its postings",
        "select count(*) from postings",
        """
        with moved as (
            select book_id, kind, party_id, sum(change)::bigint as posted_fen from (
                select book_id, source_kind as kind, source_party as party_id,
                       -amount_fen as change from postings
                union all
                select book_id, target_kind, target_party, amount_fen from postings
            ) sides group by book_id, kind, party_id
        )
        select book_id, kind, party_id, coalesce(balance_fen, 0) as balance_fen,
               coalesce(posted_fen, 0) as posted_fen
        from accounts full join moved using (book_id, kind, party_id)
        where coalesce(balance_fen, 0) <> coalesce(posted_fen, 0)
        """,
    ),
    Check(
        "sums_are_zero",
        "the balances of every book sum to zero",
        "select count(distinct book_id) from accounts",
        """
        select book_id, sum(balance_fen)::bigint as sum_fen
        from accounts group by book_id having sum(balance_fen) <> 0
        """,
    ),
    Check(
        "payments_are_booked",
        "every payment and every refund that was made is booked once, at its amount",
        "select (select count(*) from payments) + (select count(*) from refunds)",
        """
        with booked as (
            select e.book_id, e.cause_kind, e.cause_id,
                   sum(case when p.source_kind = 'channel' then p.amount_fen
                            when p.target_kind = 'channel' then -p.amount_fen else 0 end)::bigint
                       as in_fen
            from entries e join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
            where e.cause_kind in ('payment', 'refund')
            group by e.book_id, e.cause_kind, e.cause_id
        ), made as (
            select shop_id as book_id, 'payment' as cause_kind, payment_id as cause_id,
                   amount_fen as in_fen
            from payments where state = 'paid'
            union all
            select shop_id, 'refund', refund_id, -amount_fen from refunds where state = 'done'
        )
        select book_id, cause_kind, cause_id, made.in_fen as made_fen, booked.in_fen as booked_fen
        from made full join booked using (book_id, cause_kind, cause_id)
        where made.in_fen is distinct from booked.in_fen
        """,
    ),
    Check(
        "refunds_add_up",
        "what a payment says was refunded is the sum of its refunds",
        "select count(*) from payments",
        """
        select p.shop_id, p.payment_id, p.refunded_fen, coalesce(r.fen, 0) as refunds_fen
        from payments p
        left join (select shop_id, payment_id, sum(amount_fen)::bigint as fen
                   from refunds where state <> 'failed' group by shop_id, payment_id) r
            using (shop_id, payment_id)
        where p.refunded_fen <> coalesce(r.fen, 0)
        """,
    ),
    Check(
        "settlements_divide_to_the_fen",
        "every settled order is divided to the fen: by its lines, by its receivers, in the books",
        "select count(*) from settlements where state = 60",
        """
        with parts as (
            select shop_id, order_id, sum(base_fen)::bigint as base_fen,
                   sum(fee_fen)::bigint as fee_fen, sum(commission_fen)::bigint as commission_fen,
                   sum(shop_fen)::bigint as shop_fen
            from shares group by shop_id, order_id
        ), posted as (
            select e.book_id as shop_id, e.cause_id as order_id,
                   sum(p.amount_fen) filter (where p.target_kind = 'platform_fee')::bigint as fee,
                   sum(p.amount_fen) filter (
                       where p.target_kind in ('promoter', 'agency', 'sharer', 'suspense')
                   )::bigint as commission,
                   sum(p.amount_fen) filter (where p.target_kind = 'shop_available')::bigint as shop
            from entries e join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
            where e.cause_kind = 'settlement'
            group by e.book_id, e.cause_id
        )
        select s.shop_id, s.order_id, s.paid_fen, s.refunded_before_fen, s.fee_fen,
               s.commission_fen, s.shop_fen, parts.base_fen as lines_fen,
               posted.fee as posted_fee_fen
        from settlements s
        left join parts using (shop_id, order_id)
        left join posted using (shop_id, order_id)
        where s.state = 60 and (
            s.paid_fen - s.refunded_before_fen <> s.fee_fen + s.commission_fen + s.shop_fen
            or parts.base_fen is distinct from s.paid_fen - s.refunded_before_fen
            or (parts.fee_fen, parts.commission_fen, parts.shop_fen)
               is distinct from (s.fee_fen, s.commission_fen, s.shop_fen)
            or (coalesce(posted.fee, 0), coalesce(posted.commission, 0), coalesce(posted.shop, 0))
               is distinct from (s.fee_fen, s.commission_fen, s.shop_fen)
        )
        """,
    ),
    Check(
        "clawbacks_are_booked",
        "what platform and receivers gave back of refunded lines is what the books say",
        "select count(*) from shares where refunded_fen > 0",
        """
        with given as (
            select shop_id, sum(fee_back_fen)::bigint as fee_fen,
                   sum(commission_back_fen)::bigint as commission_fen
            from shares group by shop_id
        ), posted as (
            select book_id as shop_id,
                   sum(amount_fen) filter (where source_kind = 'platform_fee')::bigint as fee_fen,
                   sum(amount_fen) filter (
                       where source_kind in ('promoter', 'agency', 'sharer', 'suspense')
                   )::bigint as commission_fen
            from postings where target_kind = 'shop_available' group by book_id
        )
        select shop_id, given.fee_fen, posted.fee_fen as posted_fee_fen, given.commission_fen,
               posted.commission_fen as posted_commission_fen
        from given full join posted using (shop_id)
        where coalesce(given.fee_fen, 0) <> coalesce(posted.fee_fen, 0)
           or coalesce(given.commission_fen, 0) <> coalesce(posted.commission_fen, 0)
        """,
    ),
    Check(
        "funds_flows_follow_the_books",
        "a shop's funds flows sum to what it has, pending and available",
        "select count(*) from funds_flows",
        """
        with flowed as (
            select shop_id, sum(case flow_type when 1 then amount_fen else -amount_fen end)::bigint
                       as flows_fen
            from funds_flows group by shop_id
        ), has as (
            select book_id as shop_id, sum(balance_fen)::bigint as balance_fen
            from accounts where kind in ('shop_pending', 'shop_available') group by book_id
        )
        select shop_id, flows_fen, balance_fen from flowed full join has using (shop_id)
        where coalesce(flows_fen, 0) <> coalesce(balance_fen, 0)
        """,
    ),
)

_TRADE: Final = (
    Check(
        "orders_have_one_state",
        "every order went one way through its states and stands where its last move led",
        "select count(*) from order_moves",
        """
        with walked as (
            select shop_id, order_id, number, source, target,
                   lag(target) over way as came_from, lead(number) over way as next_number,
                   row_number() over way as place
            from order_moves window way as (partition by shop_id, order_id order by number)
        )
        select w.shop_id, w.order_id, w.number, w.source, w.target, o.state
        from walked w left join orders o using (shop_id, order_id)
        where o.order_id is null or w.number <> w.place
           or (w.came_from is not null and w.came_from <> w.source)
           or (w.next_number is null and w.target <> o.state)
        union all
        select o.shop_id, o.order_id, 0, 10, 10, o.state from orders o
        where o.state <> 10 and not exists (
            select from order_moves m where m.shop_id = o.shop_id and m.order_id = o.order_id)
        """,
    ),
    Check(
        "orders_add_up",
        "what the buyer pays is the sum of the lines, and every paid order has its one payment",
        "select count(*) from orders",
        """
        select o.shop_id, o.order_id, o.order_fen, l.lines_fen, coalesce(p.paid_fen, 0) as paid_fen
        from orders o
        join (select shop_id, order_id, sum(paid_fen + freight_fen)::bigint as lines_fen
              from order_lines group by shop_id, order_id) l using (shop_id, order_id)
        left join (select shop_id, subject_id as order_id, sum(amount_fen)::bigint as paid_fen,
                          sum(refunded_fen)::bigint as refunded_fen
                   from payments where state = 'paid' and subject_kind = 'order'
                   group by shop_id, subject_id) p using (shop_id, order_id)
        where l.lines_fen <> o.order_fen
           or (o.state not in (10, 250) and o.gift is null
               and p.paid_fen is distinct from o.order_fen)
           or (o.state = 250 and coalesce(p.paid_fen, 0) <> coalesce(p.refunded_fen, 0)
               and o.closed_at is not null)
        union all
        select o.shop_id, o.order_id, o.order_fen, 0, 0 from orders o
        where not exists (select from order_lines l
                          where l.shop_id = o.shop_id and l.order_id = o.order_id)
        """,
    ),
    Check(
        "buyers_find_their_orders",
        "every order is in its buyer's list, and nothing else is",
        "select count(*) from buyer_orders",
        """
        select o.shop_id, coalesce(o.order_id, b.order_id) as order_id, o.buyer_id, b.buyer_id
                   as listed_for
        from (select * from orders where gift is null or buyer_id > 0) o
             full join buyer_orders b
             on b.order_id = o.order_id and b.shop_id = o.shop_id and b.buyer_id = o.buyer_id
        where o.order_id is null or b.order_id is null
        """,
    ),
    Check(
        "stock_is_what_moved",
        "stock = received - sold + returned: each flow begins where the last ended",
        "select count(*) from stock_flows",
        """
        with moved as (
            select shop_id, sku_id, discount_id, sum(ending - beginning)::bigint as flowed,
                   (array_agg(ending order by flow_id desc))[1] as ended
            from stock_flows group by shop_id, sku_id, discount_id
        ), counted as (
            select shop_id, sku_id, 0::bigint as discount_id, available from stocks
            union all
            select shop_id, sku_id, discount_id, available from sub_stocks
        )
        select shop_id, sku_id, s.available, m.flowed, m.ended
        from counted s full join moved m using (shop_id, sku_id, discount_id)
        where coalesce(s.available, 0) <> coalesce(m.flowed, 0)
        union all
        select shop_id, sku_id, beginning, came_from, ending from (
            select shop_id, sku_id, beginning, ending,
                   lag(ending) over (
                       partition by shop_id, sku_id, discount_id order by flow_id
                   ) as came_from
            from stock_flows
        ) chain where came_from is not null and came_from <> beginning
        """,
    ),
    Check(
        "nothing_is_oversold",
        "each order holds exactly the stock of its lines, and gives back what it did not ship",
        "select count(*) from order_lines",
        """
        with held as (
            select shop_id, order_id, sku_id,
                   sum(beginning - ending) filter (where op = 4)::bigint as occupied,
                   coalesce(sum(ending - beginning) filter (where op = 5), 0)::bigint as released
            from stock_flows where op in (4, 5) and order_id > 0
            group by shop_id, order_id, sku_id
        ), sold as (
            select l.shop_id, l.order_id, l.sku_id, sum(l.count)::bigint as count,
                   sum(l.shipped_count)::bigint as shipped, o.state
            from order_lines l join orders o using (shop_id, order_id)
            group by l.shop_id, l.order_id, l.sku_id, o.state
        )
        select shop_id, order_id, sku_id, s.state, s.count, h.occupied, h.released
        from sold s full join held h using (shop_id, order_id, sku_id)
        where (s.count is distinct from h.occupied
               -- Another SKU was chosen: nothing is held of the one before.
               and not (s.count is null and h.released is not distinct from h.occupied)
               and (s.count is null or h.occupied - h.released is distinct from s.count))
           or (s.state = 250 and h.released <> h.occupied)
           or h.released > h.occupied - s.shipped
        """,
    ),
)

_TOLD: Final = (
    Check(
        "pushes_are_journalled_once",
        "pushes are numbered without gaps, and what happens once in an order is told once",
        "select count(*) from pushes",
        """
        select p.shop_id, 'numbers' as event, count(*) as told, max(p.seq) as last,
               c.last_seq as expected
        from pushes p left join push_counters c using (shop_id)
        group by p.shop_id, c.last_seq
        having count(*) <> max(p.seq) or max(p.seq) is distinct from c.last_seq
        union all
        select shop_id, event, count(*), max(seq), min(seq)
        from pushes
        where event in ('channels_ec_order_new', 'channels_ec_order_pay',
                        'channels_ec_order_wait_shipping', 'channels_ec_order_cancel',
                        'channels_ec_order_confirm', 'channels_ec_order_settle')
        group by shop_id, event, body::jsonb -> 'order_info' ->> 'order_id'
        having count(*) > 1
        """,
    ),
    Check(
        "nothing_is_left_untold",
        "every order that was placed, paid, received or settled was told of, or is about to be",
        "select count(*) from orders",
        """
        with told as (
            select shop_id, event, (body::jsonb -> 'order_info' ->> 'order_id')::bigint as order_id
            from pushes where event like 'channels_ec_order_%'
        ), due as (
            select shop_id, order_id, 'channels_ec_order_new' as event from orders
            union all select shop_id, order_id, 'channels_ec_order_pay' from orders
            where paid_at is not null
            union all select shop_id, order_id, 'channels_ec_order_confirm' from orders
            where received_at is not null
            union all select shop_id, order_id, 'channels_ec_order_settle' from orders
            where settled_at is not null
        )
        select due.shop_id, due.order_id, due.event
        from due left join told using (shop_id, order_id, event)
        where told.order_id is null
          and not exists (select from jobs where kind = 'push.hear' and not dead)
        """,
    ),
)

CHECKS: Final[tuple[Check | Walk, ...]] = (
    *_MONEY, *DAYS, *RECEIVERS, *_TRADE, *_TOLD, *GIFTS, *PACKETS,
)  # fmt: skip
