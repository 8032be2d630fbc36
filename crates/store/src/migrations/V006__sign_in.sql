-- How an account signs in, beside its password; and sessions that say what they are. Whoever is
-- signed in while this is carried out signs in again.
create table standing (
    log text not null,
    account text not null,
    disabled bigint not null,
    last_day text not null,
    primary key (log, account)
);
create table start_code (
    log text not null,
    account text not null,
    digest bytea not null,
    expires_at bigint not null,
    primary key (log, account)
);
create table second_factor (
    log text not null,
    account text not null,
    sealed bytea not null,
    last_step bigint not null,
    primary key (log, account)
);
create table recovery_code (
    log text not null,
    account text not null,
    digest bytea not null,
    primary key (log, account, digest)
);
drop table session;
create table session (
    id bytea not null primary key,
    log text not null,
    account text not null,
    name text not null,
    browser text not null,
    awaits text not null,
    made_at bigint not null,
    seen_at bigint not null,
    checked_at bigint not null
);
create index session_account on session (log, account);
