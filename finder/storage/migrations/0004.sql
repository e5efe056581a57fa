-- Whom the user wants to write to. anchors is what the person was known by when starred, as a JSON list of tokens (as in
-- judgement); marks are the tokens by which a suppression would name them: where one is listed, the row is not read.
create table shortlist_entry (
  id integer primary key,
  anchors text not null unique,
  marks text not null,
  name text not null,
  status text not null
    check (status in ('to read', 'shortlisted', 'drafted', 'sent', 'replied', 'no reply', 'call', 'closed')),
  interest text not null,
  notes text not null default '',
  follow_up text,
  starred_at text not null
) strict;

-- What happened with each of them, as the user says: day is the day it happened, made_at when it was written down.
create table shortlist_event (
  id integer primary key,
  entry integer not null references shortlist_entry (id) on delete cascade,
  day text not null,
  what text not null,
  text text not null,
  made_at text not null
) strict;
create index shortlist_event_entry on shortlist_event (entry);
