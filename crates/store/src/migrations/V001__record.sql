-- The evidence: see docs/decisions/001-record-encoding.md.
create table event (
    log text not null,
    seq bigint not null,
    stream text not null,
    version bigint not null,
    kind text not null,
    data text not null,
    actor text not null,
    authority text not null,
    recorded_at bigint not null,
    on_date text not null,
    prev_hash bytea not null,
    hash bytea not null,
    primary key (log, seq)
);
create unique index event_stream on event (log, stream, version);
create table text (
    log text not null,
    seq bigint not null,
    field text not null,
    salt bytea not null,
    value text not null,
    primary key (log, seq, field)
);
create table head (
    log text not null primary key,
    size bigint not null,
    root bytea not null,
    frontier bytea not null,
    recorded_at bigint not null
);
