-- Pictures: who brought which; the file itself lies under its name in the platform's home.

create table pictures (
    owner_id bigint not null,
    name     text not null check (name ~ '^[0-9a-f]{64}\.(png|jpg|webp|gif)$'),
    media_id bigint not null,
    width    integer not null check (width > 0),
    height   integer not null check (height > 0),
    bytes    integer not null check (bytes > 0),
    kept_at  timestamptz not null,
    primary key (owner_id, name)
);
create unique index pictures_by_media_id on pictures (owner_id, media_id);
