using AuditStream.Core.Flow;

namespace AuditStream.Simulation.Model;

/// <summary>What stands at one offset.</summary>
internal sealed class LogEntry
{
    /// <summary>The offset.</summary>
    internal required long Offset { get; init; }

    /// <summary>Whose transaction it is of; -1 for none.</summary>
    internal required long ProducerId { get; init; }

    /// <summary>True for the marker that ends a transaction: it occupies an offset and is never delivered.</summary>
    internal bool IsControl { get; init; }

    /// <summary>True when its transaction was dropped.</summary>
    internal bool IsAborted { get; set; }

    internal ReadOnlyMemory<byte>? Key { get; init; }

    internal ReadOnlyMemory<byte>? Value { get; init; }

    internal IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    internal long TimestampMilliseconds { get; init; }
}
