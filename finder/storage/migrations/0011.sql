-- Grants are records, too. SQLite cannot change a check, so the table is made anew with all that it holds.
drop view work_text;
create table record_with_grants (
  id integer primary key,
  kind text not null check (kind in ('work', 'person', 'institution', 'statement', 'grant')),
  source text not null,
  source_id text not null,
  body text not null,
  fetched_at text not null,
  complete integer not null,
  reply integer references reply (id) on delete set null,
  seq integer not null,
  seen text,
  unique (source, kind, source_id)
) strict;
insert into record_with_grants (id, kind, source, source_id, body, fetched_at, complete, reply, seq, seen)
  select id, kind, source, source_id, body, fetched_at, complete, reply, seq, seen from record;
drop table record;
alter table record_with_grants rename to record;
create index record_seq on record (seq, kind);
create index record_reply on record (reply) where reply is not null;
create view work_text as
  select id, body ->> '$.title' as title, body ->> '$.abstract' as abstract,
    (select group_concat(value, ' ; ') from json_each(body, '$.keywords')) as keywords
  from record where kind = 'work';

alter table run_source add column grants integer not null default 0;
