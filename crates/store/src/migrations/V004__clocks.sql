-- The clocks that run, one row each: see project/clock_row.rs.
create table clock_row (
    log text not null,
    stream text not null,
    clock text not null,
    rule text not null,
    title text not null,
    owner text not null,
    task text not null,
    region text not null,
    lead text not null,
    due text not null,
    missed text not null,
    primary key (log, stream, clock)
);
create index clock_due on clock_row (log, due, stream);
