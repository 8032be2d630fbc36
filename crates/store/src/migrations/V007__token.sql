-- The tokens by which programs read: only the hash of each, so that the table lets nobody in.
create table token (
    log text not null,
    id text not null,
    name text not null,
    role text not null,
    units text not null,
    hash bytea not null,
    made_at bigint not null,
    ends_at bigint not null,
    revoked_at bigint,
    primary key (log, id)
);
create unique index token_hash on token (hash);
