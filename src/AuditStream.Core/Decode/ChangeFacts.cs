namespace AuditStream.Core.Decode;

/// <summary>What is known of a change beside its column values. Nothing in it is a row value but <see cref="Actor"/>, which may be one; all else passes
/// every policy unchanged.</summary>
/// <remarks>Reused from change to change by its decoder. Texts are UTF-8 slices of the record or of the decoder's scratch and live as long as
/// the change.</remarks>
public sealed class ChangeFacts
{
    /// <summary>The table.</summary>
    public TableReference Table { get; set; } = null!; // Set by the dialect for every change.

    /// <summary>What the change did.</summary>
    public ChangeOperation Operation { get; set; }

    /// <summary>When, in microseconds since the Unix epoch: 1970 to 9999.</summary>
    public long OccurredAtMicroseconds { get; set; }

    /// <summary>How many fraction digits the source gave: 0, 3 or 6.</summary>
    public int OccurredAtDigits { get; set; }

    /// <summary>By which clock.</summary>
    public OccurredFrom OccurredFrom { get; set; }

    /// <summary>The place in the source's log, as canonical JSON string content (no quotes); empty when not known.</summary>
    public ReadOnlyMemory<byte> Position { get; set; }

    /// <summary>The kind of snapshot as the source names it (<c>first</c>, <c>last</c>, <c>incremental</c> …), as canonical JSON string
    /// content; empty for a streamed change.</summary>
    public ReadOnlyMemory<byte> Snapshot { get; set; }

    /// <summary>The transaction's id, as canonical JSON string content; empty when not known.</summary>
    public ReadOnlyMemory<byte> TransactionId { get; set; }

    /// <summary>The change's place in its transaction, from 1; 0 when not known.</summary>
    public long TransactionOrder { get; set; }

    /// <summary>Who made the change, when the record itself says so, as canonical JSON string content; empty when it does not.</summary>
    public ReadOnlyMemory<byte> Actor { get; set; }

    /// <summary>The column that <see cref="Actor"/> was taken from: what hides the one hides the other. Null when it was no column.</summary>
    public string? ActorColumn { get; set; }

    /// <summary>How well a redelivery can be recognised.</summary>
    public IdentityStrength Identity { get; set; }

    /// <summary>The whole keyed hash of the coordinate, 32 bytes: set by <see cref="Identity.EventIdentity"/>.</summary>
    public byte[] EventUid { get; } = new byte[32];

    /// <summary>The keyed hash of the facts as delivered, 32 bytes: set by <see cref="Identity.EventIdentity"/>.</summary>
    public byte[] FactHash { get; } = new byte[32];

    /// <summary>For what is no row: the canonical JSON object of member <c>detail</c>; empty for row events.</summary>
    public ReadOnlyMemory<byte> Detail { get; set; }

    /// <summary>The raw record's topic; empty for what was made of no record.</summary>
    public string Topic { get; set; } = "";

    /// <summary>The raw record's partition.</summary>
    public int Partition { get; set; }

    /// <summary>The raw record's offset.</summary>
    public long Offset { get; set; }

    /// <summary>The raw record's timestamp in milliseconds since the Unix epoch.</summary>
    public long TimestampMilliseconds { get; set; }

    /// <summary>Where in the raw record the change's own record stood: see <see cref="Flow.RawRecord.Part"/>.</summary>
    public ReadOnlyMemory<byte> Part { get; set; }

    /// <summary>Takes over what another change's facts say, in memory of its own; not the hashes.</summary>
    internal void CopyFrom(ChangeFacts other)
    {
        Table = other.Table;
        Operation = other.Operation;
        OccurredAtMicroseconds = other.OccurredAtMicroseconds;
        OccurredAtDigits = other.OccurredAtDigits;
        OccurredFrom = other.OccurredFrom;
        Position = other.Position.ToArray();
        Snapshot = other.Snapshot.ToArray();
        TransactionId = other.TransactionId.ToArray();
        TransactionOrder = other.TransactionOrder;
        Actor = other.Actor.ToArray();
        ActorColumn = other.ActorColumn;
        Identity = other.Identity;
        Detail = other.Detail.ToArray();
        Topic = other.Topic;
        Partition = other.Partition;
        Offset = other.Offset;
        TimestampMilliseconds = other.TimestampMilliseconds;
        Part = other.Part.ToArray();
    }
}
