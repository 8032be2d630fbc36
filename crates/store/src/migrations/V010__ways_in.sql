-- Passkeys, accounts of an identity provider, and what was answered once and is not taken again;
-- and whether a session began with two factors that the provider asked for.
alter table session add column by_two bigint not null default 0;
create table passkey (
    log text not null,
    id bytea not null,
    account text not null,
    handle bytea not null,
    name text not null,
    credential text not null,
    made_at bigint not null,
    used_at bigint not null,
    primary key (log, id)
);
create index passkey_account on passkey (log, account);
create table provider_link (
    log text not null,
    issuer text not null,
    subject text not null,
    account text not null,
    primary key (log, issuer, subject),
    unique (log, account)
);
create table spent (
    log text not null,
    digest bytea not null,
    at bigint not null,
    primary key (log, digest)
);
