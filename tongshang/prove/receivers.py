"""The invariants of those who sell for shops: what each got, owes, withdrew, and is told."""

from typing import Final

from tongshang.prove.check import Check

RECEIVERS: Final = (
    Check(
        "deals_are_divided_to_the_fen",
        "a line sold by a deal is divided among all its receivers, by its ratios, to the fen",
        "select count(*) from shares where deal_id > 0",
        """
        with parts as (
            select p.shop_id, p.order_id, p.line, sum(p.net_fen)::bigint as net_fen,
                   sum(p.back_fen)::bigint as back_fen,
                   coalesce(sum(p.gross_fen) filter (where p.payer = -1), 0)::bigint as gross_fen,
                   coalesce(sum(p.gross_fen) filter (where p.payer = -1 and p.hand <> 1), 0)::bigint
                       as service_fen,
                   array_agg(p.hand order by p.place) as hands,
                   array_agg(p.party_id order by p.place) as parties,
                   array_agg(p.ratio_ppm order by p.place) as ratios,
                   array_agg(p.payer order by p.place) as payers,
                   bool_or(p.net_fen <> p.gross_fen - coalesce((
                       select sum(b.gross_fen) from share_parts b
                       where b.shop_id = p.shop_id and b.order_id = p.order_id
                         and b.line = p.line and b.payer = p.place), 0)) as is_odd,
                   bool_or(p.gross_fen <> s.goods_fen * p.ratio_ppm / 1000000) as is_off
            from share_parts p join shares s using (shop_id, order_id, line)
            group by p.shop_id, p.order_id, p.line
        )
        select s.shop_id, s.order_id, s.line, s.deal_id, s.commission_fen,
               parts.net_fen as kept_fen, s.commission_back_fen, parts.back_fen
        from shares s
        left join parts using (shop_id, order_id, line)
        left join deals d on d.shop_id = s.shop_id and d.deal_id = s.deal_id
        where s.deal_id > 0 and (
            (parts.net_fen, parts.gross_fen, parts.service_fen, parts.back_fen)
            is distinct from (s.commission_fen, s.commission_fen, s.service_fen,
                              s.commission_back_fen)
            or parts.is_odd or parts.is_off
            or (parts.hands, parts.parties, parts.ratios, parts.payers)
               is distinct from (d.hands, d.parties, d.ratios, d.payers)
        )
        """,
    ),
    Check(
        "receivers_got_their_parts",
        "what came to each receiver of an order and went back is its part of the lines, no fen else",
        "select count(*) from party_flows where order_id > 0",
        """
        with told as (
            select shop_id, order_id, party_id, sum(amount_fen)::bigint as fen
            from party_flows where order_id > 0 group by shop_id, order_id, party_id
        ), parts as (
            select shop_id, order_id, party_id,
                   case when held then 0 else net_fen - back_fen end as fen
            from share_parts
            union all
            select s.shop_id, s.order_id, s.promoter_id, s.commission_fen - s.commission_back_fen
            from shares s
            where s.promoter_id > 0 and s.deal_id = 0 and not exists (
                select from share_parts p where p.shop_id = s.shop_id
                  and p.order_id = s.order_id and p.line = s.line)
        ), due as (
            select shop_id, order_id, party_id, sum(fen)::bigint as fen
            from parts group by shop_id, order_id, party_id
        )
        select shop_id, order_id, party_id, due.fen as part_fen, told.fen as told_fen
        from due full join told using (shop_id, order_id, party_id)
        where coalesce(due.fen, 0) <> coalesce(told.fen, 0)
        """,
    ),
    Check(
        "debts_have_their_reasons",
        "what a receiver has with a shop, or owes it, is the sum of its flows there",
        "select count(*) from accounts where kind in ('promoter', 'agency', 'sharer')",
        """
        with told as (
            select shop_id as book_id, party_id, sum(amount_fen)::bigint as fen
            from party_flows group by shop_id, party_id
        ), has as (
            select book_id, party_id, sum(balance_fen)::bigint as fen
            from accounts where kind in ('promoter', 'agency', 'sharer')
            group by book_id, party_id
        )
        select book_id, party_id, has.fen as balance_fen, told.fen as flows_fen
        from has full join told using (book_id, party_id)
        where coalesce(has.fen, 0) <> coalesce(told.fen, 0)
        """,
    ),
    Check(
        "suspense_holds_what_is_held",
        "what lies in suspense is what is held of lines for parties that are frozen or gone",
        "select count(*) from share_parts where held",
        """
        with held as (
            select shop_id as book_id, party_id, sum(net_fen - back_fen)::bigint as fen
            from share_parts where held group by shop_id, party_id
        ), lies as (
            select book_id, party_id, balance_fen as fen from accounts where kind = 'suspense'
        )
        select book_id, party_id, held.fen as held_fen, lies.fen as balance_fen
        from held full join lies using (book_id, party_id)
        where coalesce(held.fen, 0) <> coalesce(lies.fen, 0)
        """,
    ),
    Check(
        "withdrawals_are_booked",
        "every withdrawal left the books once, from those it was taken of, and came back whole",
        "select count(*) from withdrawal_parts",
        """
        with booked as (
            select e.book_id as shop_id, e.cause_id as withdrawal_id,
                   sum(p.amount_fen) filter (where e.cause_kind = 'withdrawal')::bigint as taken,
                   sum(p.amount_fen) filter (where e.cause_kind = 'withdrawal_paid')::bigint as paid,
                   sum(p.amount_fen) filter (where e.cause_kind = 'withdrawal_back')::bigint as back
            from entries e join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
            where e.cause_kind in ('withdrawal', 'withdrawal_paid', 'withdrawal_back')
            group by e.book_id, e.cause_id
        ), parts as (
            select shop_id, withdrawal_id, amount_fen, state from withdrawal_parts
        )
        select shop_id, withdrawal_id, parts.state, parts.amount_fen, booked.taken, booked.paid,
               booked.back
        from parts full join booked using (shop_id, withdrawal_id)
        where parts.amount_fen is distinct from booked.taken
           or coalesce(booked.paid, parts.amount_fen) <> parts.amount_fen
           or coalesce(booked.back, parts.amount_fen) <> parts.amount_fen
           or (parts.state = 'paid') <> (booked.paid is not null and booked.back is null)
           or (parts.state = 'back') <> (booked.back is not null)
        """,
    ),
    Check(
        "banks_got_what_was_withdrawn",
        "a withdrawal's money is where its state says, and what left the books reached a bank",
        "select count(*) from withdrawals",
        """
        with parts as (
            select party_id, withdrawal_id, sum(amount_fen)::bigint as fen, min(state) as state,
                   bool_or(exists (
                       select from entries e where e.book_id = p.shop_id
                         and e.cause_kind = 'withdrawal_paid' and e.cause_id = p.withdrawal_id
                   )) as is_paid
            from withdrawal_parts p group by party_id, withdrawal_id having min(state) = max(state)
        ), asked as (
            select w.party_id, w.withdrawal_id, w.state, w.amount_fen, t.state as transfer,
                   t.amount_fen as transfer_fen
            from withdrawals w
            left join transfers t on t.owner_id = w.party_id and t.subject_kind = 'withdrawal'
                 and t.subject_id = w.withdrawal_id
        )
        select party_id, withdrawal_id, a.state, a.amount_fen, parts.state as books,
               parts.fen as books_fen, a.transfer
        from asked a full join parts using (party_id, withdrawal_id)
        where a.withdrawal_id is null
           or parts.state is distinct from (case a.state
                when 'CREATE_SUCCESS' then 'taken' when 'SUCCESS' then 'paid'
                when 'FAIL' then 'back' when 'REFUND' then 'back' end)
           or (parts.fen, a.transfer_fen) is distinct from (case when parts.fen is not null
                then a.amount_fen end, case when parts.fen is not null then a.amount_fen end)
           or (a.transfer = 'done' and parts.is_paid is not true)
           or (parts.is_paid and a.transfer not in ('done', 'returned'))
        """,
    ),
    Check(
        "commission_orders_equal_the_books",
        "every receiver is told of each settled line what the books say, or is about to be",
        "select count(*) from commissions",
        """
        with due as (
            select p.shop_id, p.order_id, p.line, p.party_id, p.gross_fen as received_fen,
                   p.net_fen as kept_fen, p.back_fen
            from share_parts p
            union all
            select s.shop_id, s.order_id, s.line, s.promoter_id, s.commission_fen,
                   s.commission_fen, s.commission_back_fen
            from shares s
            where s.promoter_id > 0 and s.deal_id = 0 and not exists (
                select from share_parts p where p.shop_id = s.shop_id
                  and p.order_id = s.order_id and p.line = s.line)
        ), told as (
            select shop_id, order_id, line, party_id, received_fen, amount_fen as kept_fen,
                   returned_fen as back_fen
            from commissions where state = 100
        )
        select shop_id, order_id, line, party_id, due.kept_fen, told.kept_fen as told_fen,
               due.back_fen, told.back_fen as told_back_fen
        from due full join told using (shop_id, order_id, line, party_id)
        where (due.received_fen, due.kept_fen, due.back_fen)
              is distinct from (told.received_fen, told.kept_fen, told.back_fen)
          and not (due.party_id is not null and due.received_fen = 0 and told.party_id is null)
          and not exists (select from jobs where kind = 'settlement.commissions' and not dead)
        """,
    ),
)
