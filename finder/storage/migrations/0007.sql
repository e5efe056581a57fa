-- erased: not only hidden, but not stored either; what arrives of such a person is left out before it is written.
alter table suppression add column erased integer not null default 0;

-- The day a source last said a record, whether or not it had changed. Null until it is said again.
alter table record add column seen text;
