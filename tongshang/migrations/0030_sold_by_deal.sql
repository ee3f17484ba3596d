-- The terms a card carried, kept by the touch and by the line that was sold (reference section 7).

alter table touches add column deal_id bigint not null default 0;
alter table order_lines add column deal_id bigint not null default 0;
