-- Who is in which case, one row each: see project/party_row.rs.
create table party_row (
    log text not null,
    stream text not null,
    person text not null,
    primary key (log, stream, person)
);
create index party_person on party_row (log, person, stream);
