-- E-mail addresses and telephone numbers are left out of all that comes in; what came in before is cleaned once, when the
-- next snapshot is made.
insert or ignore into meta (key, value)
select 'redacted', case when exists (select 1 from record) or exists (select 1 from reply) or exists (select 1 from posting)
  then '0' else '1' end;
