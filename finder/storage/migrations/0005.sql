-- Since when works were asked for: a run that asked for few of them says nothing about the others.
alter table run add column since text not null default '';

-- Wishes that are refreshed. wish is what is looked for, as JSON, without the day it is looked for. Days are those of the
-- calendar, so that one that is due every week is due on the same weekday however long a refresh takes.
create table watch (
  id integer primary key,
  name text not null collate nocase unique,
  wish text not null,
  every integer not null check (every between 1 and 366),
  digest integer not null check (digest between 1 and 366),
  paused integer not null default 0 check (paused in (0, 1)),
  created_at text not null,
  tried_at text,
  completed_at text,
  digested_at text,
  due text not null,
  message text not null default ''
) strict;

-- What was there when a watch was last refreshed, so that the next time can be compared with it. watch 0 is the shortlist.
-- It names nobody: tokens of people are hashes.
create table watch_state (
  watch integer primary key,
  day text not null,
  complete integer not null check (complete in (0, 1)),
  body blob not null
) strict;

-- What changed. watch is null for what is about the shortlist or about no watch alone. marks are the tokens by which a
-- suppression would name whom it is about: where one is listed, the row is not read.
create table news (
  id integer primary key,
  key text not null unique,
  watch integer references watch (id) on delete cascade,
  day text not null,
  kind text not null,
  body text not null,
  marks text not null,
  made_at text not null,
  read_at text
) strict;
create index news_day on news (day);
create index news_watch on news (watch);
