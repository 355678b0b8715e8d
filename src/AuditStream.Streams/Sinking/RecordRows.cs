using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Sinking;

/// <summary>Turns records of the final and the dead letters' topic into rows.</summary>
internal sealed class RecordRows(StreamsSettings settings, string fingerprint, ISchemaSource? schemas)
{
    private readonly AuditRowReader reader = new(fingerprint, schemas);

    /// <summary>Adds a record to a batch: as an event, as a mirrored dead letter, or as a dead letter of the sink's own.</summary>
    /// <exception cref="StreamsException">The event was made with another identity key.</exception>
    /// <exception cref="SchemaNotNowException">The event's schema cannot be had now: the record is to be given again.</exception>
    internal void Add(SinkBatch batch, in RawRecord record, long timestamp)
    {
        var next = new PartitionOffset(new TopicPartition(record.Topic, record.Partition), record.Offset + 1);
        Rejection? rejection;
        if (record.Topic == settings.FinalTopic)
        {
            if (reader.Read(record, out rejection) is { } row)
            {
                batch.Add(row, next, timestamp);
                return;
            }
        }
        else if (DeadLetterReader.Read(record, out rejection) is { } deadLetter)
        {
            batch.Add(deadLetter with { Shard = ShardOf(record) }, next, timestamp);
            return;
        }
        var refused = rejection ?? new Rejection(RejectionCode.UnknownShape, "The record could not be read.", ByteOffset: -1);
        if (refused.Code == RejectionCode.ForeignIdentityKey)
        {
            throw new StreamsException(FormattableString.Invariant(
                $"Reading {next.Partition} at offset {record.Offset} failed: {refused.Message} ")
                + "Nothing more is consumed; start with the key that made it.");
        }
        batch.Add(DeadLetterReader.OfRefused(record, refused) with { Shard = ShardOf(record) }, next, timestamp);
    }

    // Both topics have a partition 0, and may have different owners: each partition has a chain of its own.
    private int ShardOf(in RawRecord record) => record.Topic == settings.FinalTopic ? record.Partition : -1 - record.Partition;
}
