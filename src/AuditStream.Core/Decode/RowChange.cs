using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode;

/// <summary>One change as its source described it: facts, keys and images in exact values. The noun that leaves Decode.</summary>
/// <remarks>Reused from record to record; valid until its decoder is called again.</remarks>
public sealed class RowChange
{
    /// <summary>What is known beside the column values.</summary>
    public ChangeFacts Facts { get; } = new();

    /// <summary>The row before the change. Shares its layout with <see cref="After"/>.</summary>
    public RowImage Before { get; } = new();

    /// <summary>True when <see cref="Before"/> is filled from a kept image of the row, not by the record alone.</summary>
    public bool IsBeforeKept { get; set; }

    /// <summary>The row after the change.</summary>
    public RowImage After { get; } = new();

    /// <summary>The key's columns. Inside a key every number is a JSON string in plain digits. Not present for a table without a key.</summary>
    public RowImage Key { get; } = new();

    /// <summary>The key that the row had before this change moved it, when the record says so.</summary>
    public RowImage PreviousKey { get; } = new();

    /// <summary>The key that the row has after this change moved it: on the delete half of a key change.</summary>
    public RowImage NextKey { get; } = new();

    /// <summary>True when the row may have columns that neither image names, because the source leaves some out (null, empty, not logged): then
    /// nothing is proven of all its columns.</summary>
    public bool MayHaveOtherColumns { get; set; }

    /// <summary>True when the source may have left unchanged columns out of the row after the change without a trace: it is no whole row to those
    /// who keep it.</summary>
    public bool MayLackColumns { get; set; }

    /// <summary>The whole coordinate that the event id is made of, in the form of <see cref="CoordinateWriter"/>.</summary>
    public ReadOnlyMemory<byte> Coordinate { get; set; }

    /// <summary>The before-image as delivered: its raw JSON text, or empty. For the fact hash only.</summary>
    public ReadOnlyMemory<byte> DeliveredBefore { get; set; }

    /// <summary>The after-image (for what is no row, the body) as delivered: its raw JSON text, or empty. For the fact hash only.</summary>
    public ReadOnlyMemory<byte> DeliveredAfter { get; set; }

    /// <summary>The record's value, where texts of <see cref="TextPlace.RecordValue"/> are.</summary>
    public ReadOnlyMemory<byte> RecordValue { get; set; }

    /// <summary>The record's key, where texts of <see cref="TextPlace.RecordKey"/> are.</summary>
    public ReadOnlyMemory<byte> RecordKey { get; set; }

    /// <summary>The converted texts, where those of <see cref="TextPlace.Scratch"/> are.</summary>
    public Json.ByteWriter Scratch { get; } = new(256);

    /// <summary>Starts the change of a record: nothing is known of it but its table and where the record stood.</summary>
    internal void Begin(in RawRecord record, TableReference table)
    {
        Scratch.Clear();
        RecordValue = record.Value.GetValueOrDefault();
        RecordKey = record.Key.GetValueOrDefault();
        MayHaveOtherColumns = false;
        MayLackColumns = false;
        Coordinate = default;
        IsBeforeKept = false;
        DeliveredBefore = default;
        DeliveredAfter = default;
        Before.Reset(ColumnLayout.Empty, ImageExtent.None);
        After.Reset(ColumnLayout.Empty, ImageExtent.None);
        Key.Reset(ColumnLayout.Empty, ImageExtent.None);
        PreviousKey.Reset(ColumnLayout.Empty, ImageExtent.None);
        NextKey.Reset(ColumnLayout.Empty, ImageExtent.None);
        Facts.Table = table;
        Facts.Actor = default;
        Facts.ActorColumn = null;
        Facts.Position = default;
        Facts.Snapshot = default;
        Facts.TransactionId = default;
        Facts.TransactionOrder = 0;
        Facts.Detail = default;
        Facts.Topic = record.Topic;
        Facts.Partition = record.Partition;
        Facts.Offset = record.Offset;
        Facts.TimestampMilliseconds = record.TimestampMilliseconds;
        Facts.Part = record.Part;
    }

    /// <summary>Takes over another change, in memory of its own: for a record that holds several.</summary>
    /// <param name="other">The change.</param>
    /// <param name="recordValue">The bytes of its record's value, which stay: all changes of a record share them.</param>
    /// <param name="recordKey">Those of its key.</param>
    internal void CopyFrom(RowChange other, ReadOnlyMemory<byte> recordValue, ReadOnlyMemory<byte> recordKey)
    {
        Facts.CopyFrom(other.Facts);
        Before.CopyFrom(other.Before);
        After.CopyFrom(other.After);
        Key.CopyFrom(other.Key);
        PreviousKey.CopyFrom(other.PreviousKey);
        NextKey.CopyFrom(other.NextKey);
        MayHaveOtherColumns = other.MayHaveOtherColumns;
        MayLackColumns = other.MayLackColumns;
        Coordinate = other.Coordinate.ToArray();
        DeliveredBefore = other.DeliveredBefore.ToArray();
        DeliveredAfter = other.DeliveredAfter.ToArray();
        RecordValue = recordValue;
        RecordKey = recordKey;
        Scratch.Clear();
        Scratch.Write(other.Scratch.Written);
    }

    /// <summary>The canonical JSON text of a known value, <c>null</c> for <see cref="ValueKind.Null"/>; empty for every other kind.</summary>
    public ReadOnlySpan<byte> TextOf(in Value value) => value.Kind switch
    {
        ValueKind.Null => "null"u8,
        ValueKind.Known => value.Place switch
        {
            TextPlace.RecordValue => RecordValue.Span.Slice(value.Start, value.Length),
            TextPlace.RecordKey => RecordKey.Span.Slice(value.Start, value.Length),
            _ => Scratch.Written.Slice(value.Start, value.Length),
        },
        _ => default,
    };
}
