-- Gifts, once more: a claim that comes too late learns so by one look, givers remind, and how gifts
-- travel is read by the time they were paid.

-- Whether anything of a present is left for whoever comes: an index without an entry says no.
create index portions_left on portions (shop_id, present_id)
    where state = 'open' and named_id = 0;

-- How a shop's gifts travel is asked for a span of time.
create index presents_by_payment on presents (shop_id, paid_at) where paid_at is not null;

alter table presents
    -- When its giver last reminded those who have not said yes.
    add column nudged_at timestamptz;

insert into gift_rules (name, value, reason) values
    ('nudge_minutes', 360, 'ours: a giver reminds once in six hours; 0: not at all'),
    ('k_anonymous',     5, 'ours: a shop sees no figure of fewer givers than these');
