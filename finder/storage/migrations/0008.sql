-- So that an answer can be deleted without looking through all records for those that were read from it.
create index record_reply on record (reply) where reply is not null;
