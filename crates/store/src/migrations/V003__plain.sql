-- Things that are not evidence: who may sign in, and what keeps a form from being sent twice.
create table account (
    log text not null,
    id text not null,
    name text not null,
    role text not null,
    units text not null,
    password text not null,
    made_at bigint not null,
    primary key (log, id)
);
create unique index account_name on account (log, name);
create table session (
    id bytea not null primary key,
    log text not null,
    account text not null,
    made_at bigint not null,
    seen_at bigint not null
);
create index session_account on session (log, account);
create table attempt (
    log text not null,
    who text not null,
    at bigint not null,
    primary key (log, who, at)
);
create table submission (
    log text not null,
    id text not null,
    actor text not null,
    form text not null,
    answer text not null,
    at bigint not null,
    primary key (log, id)
);
