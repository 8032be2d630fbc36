-- Files: their bytes in pieces, and those that were sent and are not in the record yet.
create table file_piece (
    log text not null,
    file text not null,
    n bigint not null,
    bytes bytea not null,
    primary key (log, file, n)
);
create table upload (
    log text not null,
    id text not null,
    account text not null,
    stream text not null,
    begun_at bigint not null,
    name text not null,
    holds text not null,
    scan text not null,
    taken bigint not null,
    primary key (log, id)
);
create index upload_account on upload (log, account, stream);
