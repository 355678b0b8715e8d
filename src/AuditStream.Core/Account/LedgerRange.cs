using AuditStream.Core.Flow;

namespace AuditStream.Core.Account;

/// <summary>What became of the records of one partition between two offsets: what a <c>ledger</c> event says.</summary>
public sealed record LedgerRange
{
    /// <summary>The sub-topology that consumed them: <c>normalize</c>, <c>images</c>.</summary>
    public required string SubTopology { get; init; }

    /// <summary>The topic that was consumed.</summary>
    public required string Topic { get; init; }

    /// <summary>Its partition.</summary>
    public required int Partition { get; init; }

    /// <summary>The first offset of the range: where the range before it ended, or where processing began.</summary>
    public required long From { get; init; }

    /// <summary>The offset after the last record of the range.</summary>
    public required long To { get; init; }

    /// <summary>The sums. Fewer records than offsets may be consumed: control records, dropped transactions and compaction leave holes.</summary>
    public required LedgerEntry Counts { get; init; }

    /// <summary>The Kafka timestamp of the last record of the range, in milliseconds since the Unix epoch: the event's time. Negative for none.</summary>
    public required long TimestampMilliseconds { get; init; }
}
