-- The words of works as they are spelled. The stemmer of `text` takes "animation" and "animal" for one word.
create virtual table word using fts5 (
  title, abstract, keywords, content = 'work_text', content_rowid = 'id', tokenize = 'unicode61', detail = none
);
insert into word (word, rank) values ('hashsize', 67108864);

-- both are filled together when the next snapshot is made
insert into text (text) values ('delete-all');
delete from meta where key = 'indexed';
