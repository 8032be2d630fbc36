-- What one who keeps accounts proposed to change about an account, until another approves it.
create table account_change (
    log text not null,
    account text not null,
    proposed_by text not null,
    proposal text not null,
    primary key (log, account)
);
