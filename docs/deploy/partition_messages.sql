-- Partitions `messages` by month. With the servers stopped, once: psql -v first="'2027-01-01'" -f partition_messages.sql
-- `first` is the first day of a month to come; everything before it stays where it is, as the oldest partition.
-- A partitioned table is unique only within a partition. The servers ask for a repeated id under the conversation's lock
-- before they write, so a repeat is found in every month; the unique index behind that question is given up.
\set ON_ERROR_STOP on
BEGIN;
ALTER TABLE messages RENAME TO messages_before;
ALTER TABLE messages_before DROP CONSTRAINT messages_pkey;
ALTER TABLE messages_before DROP CONSTRAINT messages_conversation_id_external_id_key;
CREATE TABLE messages (
    LIKE messages_before INCLUDING DEFAULTS,
    PRIMARY KEY (conversation_id, seq, created_at),
    FOREIGN KEY (conversation_id) REFERENCES conversations (id)
) PARTITION BY RANGE (created_at);
CREATE INDEX messages_external_id ON messages (conversation_id, external_id);
ALTER TABLE messages ATTACH PARTITION messages_before FOR VALUES FROM (MINVALUE) TO (:first);
-- A month's partition; make those of the next year now, and the following ones by a yearly job.
SELECT format(
    'CREATE TABLE messages_%s PARTITION OF messages FOR VALUES FROM (%L) TO (%L)',
    to_char(month, 'YYYY_MM'), month, month + interval '1 month'
) FROM generate_series(:first::timestamptz, :first::timestamptz + interval '11 months', interval '1 month') AS month
\gexec
COMMIT;
