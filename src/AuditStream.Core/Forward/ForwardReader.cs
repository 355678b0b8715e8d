using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;
using AuditStream.Core.Packed;

namespace AuditStream.Core.Forward;

/// <summary>The room Forward, coming in: reads what <see cref="ForwardWriter"/> wrote.</summary>
/// <remarks>Total: bytes that are no message are told, never thrown at. One instance per task; not thread-safe; what is read is valid until the
/// next message, and as long as its record's bytes.</remarks>
internal sealed class ForwardReader
{
    private const int MaxTopics = 10_000;
    private const int HashBytes = 32;
    private static readonly int Extents = Enum.GetValues<ImageExtent>().Length;

    private readonly PackedLayouts layouts = new();
    private readonly PackedTables tables = new();
    private readonly Dictionary<byte[], string> topics = new(ByteKeyComparer.Instance);
    private ReadOnlyMemory<byte> value;

    /// <summary>What the message says.</summary>
    public ForwardKind Kind { get; private set; }

    /// <summary>The raw record's topic.</summary>
    public string Topic { get; private set; } = "";

    /// <summary>The raw record's partition.</summary>
    public int Partition { get; private set; }

    /// <summary>The raw record's offset.</summary>
    public long Offset { get; private set; }

    /// <summary>Which of the raw record's changes it is, from 0.</summary>
    public int Place { get; private set; }

    /// <summary>The change, when the message is one.</summary>
    public RowChange Change { get; } = new();

    /// <summary>Reads a message.</summary>
    /// <returns>False when it is none of a version that this program knows.</returns>
    public bool TryRead(in RawRecord record)
    {
        value = record.Value.GetValueOrDefault();
        var reader = new PackedReader(value.Span);
        if (reader.Byte() != ForwardWriter.Version)
            return false;
        Kind = (ForwardKind)reader.Below((int)ForwardKind.Missed + 1);
        Topic = TopicOf(ref reader);
        (Partition, Offset, Place) = (reader.Count(), (long)reader.Number(), reader.Count());
        if (Kind == ForwardKind.Change)
            ReadChange(ref reader);
        return reader.IsDone && Kind != ForwardKind.None && Offset >= 0;
    }

    private void ReadChange(ref PackedReader reader)
    {
        if (tables.Read(ref reader) is not { } table)
            return;
        var facts = Change.Facts;
        Change.Begin(new RawRecord { Topic = Topic, Partition = Partition, Offset = Offset, TimestampMilliseconds = reader.Signed(), Value = value }, table);
        facts.Operation = (ChangeOperation)reader.Below((int)ChangeOperation.Upsert + 1);
        facts.OccurredAtDigits = reader.Below(7);
        facts.OccurredFrom = (OccurredFrom)reader.Below((int)OccurredFrom.Record + 1);
        facts.Identity = (IdentityStrength)reader.Below((int)IdentityStrength.Strong + 1);
        facts.OccurredAtMicroseconds = reader.Signed();
        facts.Position = Slice(ref reader);
        facts.Snapshot = Slice(ref reader);
        facts.TransactionId = Slice(ref reader);
        facts.Actor = Slice(ref reader);
        facts.ActorColumn = reader.Text();
        facts.Part = Slice(ref reader);
        facts.TransactionOrder = reader.Signed();
        reader.Bytes(HashBytes).CopyTo(facts.EventUid);
        reader.Bytes(HashBytes).CopyTo(facts.FactHash);
        var flags = reader.Below(4);
        (Change.MayHaveOtherColumns, Change.MayLackColumns) = ((flags & 1) != 0, (flags & 2) != 0);
        var layout = layouts.Read(ref reader);
        ReadRow(ref reader, Change.Before, layout);
        ReadRow(ref reader, Change.After, layout);
        ReadKey(ref reader, Change.Key);
        ReadKey(ref reader, Change.PreviousKey);
        ReadKey(ref reader, Change.NextKey);
        if (!Change.Key.IsPresent)
            reader.Refuse();
    }

    private static void ReadRow(ref PackedReader reader, RowImage image, ColumnLayout layout)
    {
        image.Reset(layout, (ImageExtent)reader.Below(Extents));
        if (image.IsPresent)
            PackedValues.Read(ref reader, image.Values, TextPlace.RecordValue);
    }

    private void ReadKey(ref PackedReader reader, RowImage key)
    {
        var extent = (ImageExtent)reader.Below(Extents);
        if (extent == ImageExtent.None)
            return;
        key.Reset(layouts.Read(ref reader), extent);
        PackedValues.Read(ref reader, key.Values, TextPlace.RecordValue);
    }

    private ReadOnlyMemory<byte> Slice(ref PackedReader reader)
    {
        var length = reader.Blob().Length;
        return value.Slice(reader.Position - length, length);
    }

    // The names of topics are compared by reference further on.
    private string TopicOf(ref PackedReader reader)
    {
        var length = reader.Count();
        var bytes = reader.Bytes(Math.Max(0, length - 1));
        var lookup = topics.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(bytes, out var topic))
            return topic;
        if (topics.Count == MaxTopics)
            topics.Clear();
        return lookup[bytes] = Encoding.UTF8.GetString(bytes);
    }
}
