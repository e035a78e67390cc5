"""The word search: an index the database itself keeps in step with the texts. A tombstone's empty text leaves it."""

from django.db import migrations

# `scope` holds tokens for the workspace ("w12") and the accounts that saw it ("a5"), so that nobody's search walks
# through what others may see. Words begun with two or three letters have an index of their own.
TOKENS = """'w' || m.workspace_id || ' a' || m.account_id || coalesce(
  (SELECT group_concat(' a' || s.account_id, '') FROM messages_sighting s WHERE s.message_id = m.id), '')"""
PUT = f"""INSERT INTO messages_words (rowid, scope, words)
  SELECT m.id, {TOKENS}, m.text FROM messages_message m WHERE m.text <> '' AND m.id = """
SQLITE = [
    """CREATE VIRTUAL TABLE messages_words USING fts5(
         scope, words, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER messages_words_of_new AFTER INSERT ON messages_message WHEN new.text <> ''
       BEGIN
         INSERT INTO messages_words (rowid, scope, words)
           VALUES (new.id, 'w' || new.workspace_id || ' a' || new.account_id, new.text);
       END""",
    f"""CREATE TRIGGER messages_words_of_changed AFTER UPDATE OF text ON messages_message WHEN new.text IS NOT old.text
       BEGIN DELETE FROM messages_words WHERE rowid = old.id; {PUT} new.id; END""",
    """CREATE TRIGGER messages_words_of_gone AFTER DELETE ON messages_message
       BEGIN DELETE FROM messages_words WHERE rowid = old.id; END""",
    f"""CREATE TRIGGER messages_words_of_seen AFTER INSERT ON messages_sighting
       WHEN new.account_id <> (SELECT account_id FROM messages_message WHERE id = new.message_id)
       BEGIN DELETE FROM messages_words WHERE rowid = new.message_id; {PUT} new.message_id; END""",
]

# As on SQLite accents fold away, and ASCII punctuation parts words, so that PostgreSQL's parser sees no addresses,
# numbers with signs or hyphenated compounds. The workspace's token begins with a sign that no word can hold, and so
# does the word that is never found. A text beyond 200,000 characters is searched by its beginning.
POSTGRESQL = [
    r"""CREATE FUNCTION messages_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
          translate(regexp_replace(normalize(left(said, 200000), NFD), U&'[\0300-\036F]', '', 'g'),
            '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32))""",
    r"""CREATE FUNCTION messages_words_of(workspace bigint, said text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
          array_to_tsvector(ARRAY[chr(1) || 'w' || workspace::text]) || to_tsvector('simple', messages_plain(said))""",
    r"""CREATE FUNCTION messages_query_of(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
          coalesce(nullif(phraseto_tsquery('simple', messages_plain(word))::text, ''), quote_literal(chr(2)))""",
    """ALTER TABLE messages_message ADD COLUMN words tsvector GENERATED ALWAYS AS (
         CASE WHEN text <> '' THEN messages_words_of(workspace_id, text) END) STORED""",
    "CREATE INDEX messages_words ON messages_message USING gin (words)",
]


def add(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("messages", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
