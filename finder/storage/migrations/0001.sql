create table meta (key text primary key, value text not null) strict;

-- What the sources said, as records: the source's own words are never edited, only replaced by newer ones.
-- seq grows with every write, so that a reader can ask for what is new since a snapshot.
create table record (
  id integer primary key,
  kind text not null check (kind in ('work', 'person', 'institution', 'statement')),
  source text not null,
  source_id text not null,
  body text not null,
  fetched_at text not null,
  complete integer not null,
  reply integer references reply (id) on delete set null,
  seq integer not null,
  unique (source, kind, source_id)
) strict;
create index record_seq on record (seq, kind);

create view work_text as
  select id, body ->> '$.title' as title, body ->> '$.abstract' as abstract,
    (select group_concat(value, ' ; ') from json_each(body, '$.keywords')) as keywords
  from record where kind = 'work';
create virtual table text using fts5 (
  title, abstract, keywords, content = 'work_text', content_rowid = 'id', tokenize = 'porter unicode61'
);
insert into text (text, rank) values ('hashsize', 67108864); -- bytes gathered in memory before they are written

-- Answers as they came (zlib), without keys: cache and provenance at once.
create table reply (
  id integer primary key,
  source text not null,
  key text not null unique,
  url text not null,
  status integer not null,
  headers text not null,
  body blob not null,
  sha256 text not null,
  fetched_at text not null,
  complete integer not null,
  note text not null
) strict;

create table run (
  id integer primary key,
  kind text not null,
  interest text not null,
  started_at text not null,
  ended_at text,
  state text not null check (state in ('running', 'complete', 'partial', 'failed', 'stopped')),
  pid integer not null
) strict;

create table run_source (
  run integer not null references run (id) on delete cascade,
  source text not null,
  state text not null,
  message text not null default '',
  calls integer not null default 0,
  cached integer not null default 0,
  credits real not null default 0,
  works integer not null default 0,
  people integer not null default 0,
  complete integer not null default 0,
  primary key (run, source)
) strict;

-- What was spent of a source's daily allowance, and until when it is not to be asked.
create table budget (
  source text not null,
  day text not null,
  spent real not null default 0,
  allowance real,
  remaining real,
  parked_until text,
  reason text not null default '',
  primary key (source, day)
) strict;

-- People who are not to be shown: salted hashes of ids and of name + institution, so that the list holds no names.
-- person groups what was listed at once, so that it can be taken back at once.
create table suppression (hash text primary key, person text not null, since text not null) strict;

-- Whose whole record was fetched, and when: an interrupted run must not take half a record for a whole one.
create table completed (source text not null, id text not null, at text not null, primary key (source, id)) strict;
