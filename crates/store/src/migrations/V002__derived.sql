-- Derived from the record in the same transaction; `candour rebuild` recomputes and compares.
create table case_row (
    log text not null,
    stream text not null,
    number text not null,
    kind text not null,
    force text not null,
    region text not null,
    stage text not null,
    mode text not null,
    lead text not null,
    received text not null,
    opened text not null,
    completed text not null,
    closed text not null,
    due text not null,
    due_rule text not null,
    version bigint not null,
    primary key (log, stream)
);
create index case_due on case_row (log, due, stream);
create index case_stage on case_row (log, stage, due, stream);
create index case_force on case_row (log, force, due, stream);
create index case_lead on case_row (log, lead, due, stream);
create table fact (
    log text not null,
    seq bigint not null,
    origin bigint not null,
    kind text not null,
    n bigint not null,
    stream text not null,
    on_day bigint,
    value text,
    primary key (log, seq, origin, kind, n)
);
create table person_row (
    log text not null,
    stream text not null,
    role text not null,
    number text not null,
    primary key (log, stream)
);
