using AuditStream.Core.Decode;

namespace AuditStream.Demo.Messages;

/// <summary>One change of a row, taken out of its record, in the values that DMS would write.</summary>
internal sealed record DmsRow
{
    /// <summary>The table.</summary>
    public required TableReference Table { get; init; }

    /// <summary>What the change did.</summary>
    public required ChangeOperation Operation { get; init; }

    /// <summary>The place in the log, which all changes of a connector come in the order of.</summary>
    public required long Position { get; init; }

    /// <summary>The transaction's number; empty for a row that was read.</summary>
    public required string TransactionId { get; init; }

    /// <summary>When it was committed, or read: microseconds since the Unix epoch.</summary>
    public required long OccurredAtMicroseconds { get; init; }

    /// <summary>When the connector's message was made: milliseconds since the Unix epoch.</summary>
    public required long TimestampMilliseconds { get; init; }

    /// <summary>The names of the key's columns.</summary>
    public required IReadOnlyList<string> KeyColumns { get; init; }

    /// <summary>The row before, by column: all of it, its key, or nothing, as the source logs it.</summary>
    public required IReadOnlyDictionary<string, string> Before { get; init; }

    /// <summary>The row after, by column; empty for a delete.</summary>
    public required IReadOnlyDictionary<string, string> After { get; init; }

    /// <summary>True for the half of a change of key that takes the old row away.</summary>
    public required bool MovesAway { get; init; }

    /// <summary>True for the half that brings the row back under its new key.</summary>
    public required bool MovesHere { get; init; }

    /// <summary>The columns whose value the source did not log, because it did not change.</summary>
    public required IReadOnlyList<string> Withheld { get; init; }
}
