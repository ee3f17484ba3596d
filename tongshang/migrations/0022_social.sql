-- Who knows whom, what they say to one another, and what the operator is told of it.

-- What a buyer keeps of another; a friendship is two rows, and each may be taken away alone.
create table contacts (
    buyer_id  bigint not null,
    friend_id bigint not null check (friend_id <> buyer_id),
    remark    text not null check (length(remark) <= 20),
    since     timestamptz not null,
    primary key (buyer_id, friend_id)
);

create table blocks (
    buyer_id   bigint not null,
    blocked_id bigint not null check (blocked_id <> buyer_id),
    at         timestamptz not null,
    primary key (buyer_id, blocked_id)
);

-- The latest wish of one buyer to be the friend of another, whose row it is.
create table friend_requests (
    buyer_id      bigint not null,
    from_buyer_id bigint not null check (from_buyer_id <> buyer_id),
    greeting      text not null check (length(greeting) <= 50),
    remark        text not null check (length(remark) <= 20),
    state         text not null check (state in ('pending', 'accepted', 'declined', 'withdrawn')),
    made_at       timestamptz not null,
    moved_at      timestamptz not null,
    primary key (buyer_id, from_buyer_id)
);
create index friend_requests_made on friend_requests (from_buyer_id, made_at);

-- kind 1: of two people; 2: a group. `last_seq` gives each message its number.
create table chats (
    chat_id        bigint primary key,
    kind           smallint not null check (kind in (1, 2)),
    state          text not null check (state in ('open', 'dissolved')),
    name           text not null check (length(name) <= 30),
    notice         text not null check (length(notice) <= 500),
    owner_id       bigint not null,
    needs_approval boolean not null,
    link_no        integer not null check (link_no >= 0),
    member_count   integer not null check (member_count between 0 and 200),
    last_seq       bigint not null check (last_seq >= 0),
    made_at        timestamptz not null
) with (fillfactor = 70);

create table pair_chats (
    low_id  bigint not null,
    high_id bigint not null check (high_id > low_id),
    chat_id bigint not null,
    primary key (low_id, high_id)
);

create table chat_members (
    chat_id   bigint not null,
    buyer_id  bigint not null,
    joined_at timestamptz not null,
    primary key (chat_id, buyer_id)
);

create table chat_messages (
    chat_id       bigint not null,
    seq           bigint not null check (seq > 0),
    from_buyer_id bigint not null,
    kind          smallint not null check (kind between 1 and 8),
    body          jsonb not null,
    sent_at       timestamptz not null,
    is_recalled   boolean not null,
    primary key (chat_id, seq)
);

-- A chat as one of its members has it: from which message on it is seen, up to which it was read.
-- Every message moves a row for each member, so there is no index but the key, and room on the page.
create table inboxes (
    buyer_id  bigint not null,
    chat_id   bigint not null,
    from_seq  bigint not null check (from_seq > 0),
    read_seq  bigint not null check (read_seq >= 0),
    unread    integer not null check (unread >= 0),
    is_muted  boolean not null,
    is_pinned boolean not null,
    is_hidden boolean not null,
    last_at   timestamptz not null,
    primary key (buyer_id, chat_id)
) with (fillfactor = 60);

-- Messages that somebody deleted for himself.
create table message_hides (
    buyer_id bigint not null,
    chat_id  bigint not null,
    seq      bigint not null,
    primary key (buyer_id, chat_id, seq)
);

create table join_requests (
    chat_id    bigint not null,
    buyer_id   bigint not null,
    inviter_id bigint not null,
    greeting   text not null check (length(greeting) <= 50),
    state      text not null check (state in ('pending', 'accepted', 'declined', 'withdrawn')),
    made_at    timestamptz not null,
    moved_at   timestamptz not null,
    primary key (chat_id, buyer_id)
);

-- What people told the operator of others; `evidence` is what was said, as it was then.
create table reports (
    buyer_id  bigint not null,
    report_id bigint not null,
    about_id  bigint not null,
    chat_id   bigint not null,
    reason    text not null check (reason in ('spam', 'fraud', 'abuse', 'indecent', 'other')),
    words     text not null check (length(words) <= 200),
    evidence  jsonb not null,
    state     text not null check (state in ('open', 'upheld', 'dismissed')),
    made_at   timestamptz not null,
    ruled_at  timestamptz,
    ruled_by  bigint not null,
    note      text not null check (length(note) <= 200),
    primary key (buyer_id, report_id)
);
create index reports_by_state on reports (state, report_id);

-- Who may not speak for a while, by the operator's word.
create table mutes (
    buyer_id bigint primary key,
    until    timestamptz not null,
    reason   text not null check (length(reason) <= 200),
    made_at  timestamptz not null
);

-- People are found by the beginning of their nickname.
create index buyers_by_nickname on buyers (nickname text_pattern_ops);
