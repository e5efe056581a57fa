-- Open positions, as boards list them. They come and go: one is closed when two complete sweeps in a row did not find
-- it. kind and words (a JSON list) are what the title, level or text was taken to say; page_key and job_key tell the
-- same job on two boards.
create table posting (
  id integer primary key,
  platform text not null,
  board text not null,
  source_id text not null,
  body text not null,
  kind text not null check (kind in ('internship', 'phd', 'postdoc', 'research', 'other')),
  words text not null,
  page_key text not null,
  job_key text not null,
  first_seen text not null,
  last_seen text not null,
  missed integer not null default 0,
  closed_at text,
  unique (platform, source_id)
) strict;
create index posting_board on posting (platform, board);
create virtual table posting_text using fts5 (title, description, tokenize = 'porter unicode61');

-- Boards that are known, and how the last attempt to read each went. listed: still among the curated ones or the user's.
create table board (
  platform text not null,
  token text not null,
  organisation text not null,
  region text not null default '',
  origin text not null default '',
  listed integer not null default 1,
  state text not null default 'unchecked' check (state in ('unchecked', 'reached', 'moved', 'gone', 'failing')),
  checked_at text,
  swept_at text,
  message text not null default '',
  primary key (platform, token)
) strict;
