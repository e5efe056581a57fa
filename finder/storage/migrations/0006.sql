-- Who does what only one may do at a time. The holder renews beat while it works; one that has not done so for long, or
-- whose process is gone, holds nothing any more.
create table lease (
  name text primary key,
  token text not null,
  pid integer not null,
  host text not null,
  since text not null,
  beat text not null
) strict;
