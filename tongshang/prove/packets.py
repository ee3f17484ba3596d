"""The invariants of red packets, and of money that is paid out."""

from typing import Final

from tongshang.prove.check import Check

PACKETS: Final = (
    Check(
        "transfers_are_booked",
        "every transfer that reached a wallet is booked once, at its amount",
        "select count(*) from transfers where subject_kind <> 'withdrawal'",
        """
        with booked as (
            select e.book_id as owner_id, e.cause_id as transfer_id,
                   sum(p.amount_fen) filter (where p.target_kind = 'channel')::bigint as fen
            from entries e join postings p on p.book_id = e.book_id and p.entry_id = e.entry_id
            where e.cause_kind = 'transfer' group by e.book_id, e.cause_id
        ), made as (
            select owner_id, transfer_id, amount_fen as fen from transfers
            where state = 'done' and subject_kind <> 'withdrawal'
        )
        select owner_id, transfer_id, made.fen as made_fen, booked.fen as booked_fen
        from made full join booked using (owner_id, transfer_id)
        where made.fen is distinct from booked.fen
        """,
    ),
    Check(
        "packets_hold_what_is_left",
        "money in for red packets = money held + paid out to openers + back with the sender",
        "select count(*) from packets",
        """
        with moved as (
            select shop_id as book_id, amount_fen as fen from payments
            where subject_kind = 'packet' and state = 'paid'
            union all
            select shop_id, -amount_fen from refunds
            where subject_kind = 'packet' and state = 'done'
            union all
            select owner_id, -amount_fen from transfers
            where subject_kind = 'packet_part' and state = 'done'
        ), left_over as (
            select book_id, sum(fen)::bigint as fen from moved group by book_id
        ), held as (
            select book_id, balance_fen as fen from accounts where kind = 'packets'
        )
        select book_id, left_over.fen as left_fen, held.fen as held_fen
        from left_over full join held using (book_id)
        where coalesce(left_over.fen, 0) <> coalesce(held.fen, 0)
        """,
    ),
    Check(
        "packets_are_divided_to_the_fen",
        "a paid red packet's portions are all of it, and each goes to one opener or back",
        "select count(*) from packet_parts",
        """
        with parts as (
            select sender_id, packet_id, count(*) as portions, sum(p.amount_fen)::bigint as fen,
                   count(opener_id) as taken,
                   sum(p.amount_fen) filter (where opener_id is null)::bigint as left_fen,
                   bool_or((opener_id is not null) is distinct from (t.transfer_id is not null)
                           or t.amount_fen <> p.amount_fen or t.payee_id <> opener_id) as is_odd
            from packet_parts p
            left join transfers t on t.owner_id = p.sender_id and t.subject_kind = 'packet_part'
                 and t.subject_id = p.part_id
            group by sender_id, packet_id
        )
        select k.sender_id, k.packet_id, k.state, k.amount_fen, parts.fen as parts_fen
        from packets k
        left join parts using (sender_id, packet_id)
        left join packet_returns r on r.sender_id = k.sender_id and r.cause_kind = 'packet_left'
             and r.cause_id = k.packet_id
        where (k.paid_at is null) <> (parts.fen is null)
           or parts.fen <> k.amount_fen or parts.portions <> k.portions
           or parts.taken <> k.taken or parts.is_odd
           or coalesce(r.amount_fen, 0)
              <> case when k.state = 'expired' then coalesce(parts.left_fen, 0) else 0 end
        """,
    ),
)
