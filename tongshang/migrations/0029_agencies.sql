-- Agencies and sharers do business here too (reference section 1), and persons stand behind parties.

alter table parties drop constraint parties_kind_check;
alter table parties add constraint parties_kind_check
    check (kind in ('shop', 'promoter', 'agency', 'sharer', 'platform'));

-- So that nobody earns by what he buys himself (reference section 7).
create table party_people (
    buyer_id bigint not null,
    party_id bigint not null,
    named_at timestamptz not null,
    primary key (buyer_id, party_id)
);
