-- A person's word on who is whom. The sides are what each was known by when it was said, as JSON lists of tokens, so
-- that the judgement holds through every refresh, whatever resolution makes of the rest.
create table judgement (
  id integer primary key,
  verdict text not null check (verdict in ('same', 'different')),
  a text not null,
  b text not null,
  about text not null,
  made_at text not null
) strict;
