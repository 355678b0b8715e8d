using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>Batches from the final topic into the table: one PostgreSQL transaction each.</summary>
public sealed class SinkOptions
{
    /// <summary>How many rows a batch holds at most.</summary>
    /// <value>5000</value>
    [Range(1, 100_000)]
    public int BatchRows { get; set; } = 5_000;

    /// <summary>How many event bytes a batch holds at most.</summary>
    /// <value>33554432</value>
    [Range(65_536, 1_073_741_824)]
    public long BatchBytes { get; set; } = 33_554_432;

    /// <summary>How long a batch that is not full waits for more, in milliseconds.</summary>
    /// <value>50</value>
    [Range(0, 10_000)]
    public int LingerMilliseconds { get; set; } = 50;
}
