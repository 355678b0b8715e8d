using System.ComponentModel.DataAnnotations;
using AuditStream.Streams.Settings;

namespace AuditStream.App.Configuration;

/// <summary>The transactional loop: how much work one transaction holds, and how fast a dead instance is replaced.</summary>
public sealed class StreamsOptions
{
    /// <summary>How many threads normalize has in this process, and images as many, each with its own consumer and producer.</summary>
    /// <value>1</value>
    [Range(1, 64)]
    public int Threads { get; set; } = 1;

    /// <summary>How long a transaction stays open at most, in milliseconds.</summary>
    /// <value>100</value>
    [Range(1, 5000)]
    public int CommitIntervalMilliseconds { get; set; } = 100;

    /// <summary>How long a transaction stays open when no more records come, in milliseconds: an open one holds back every reader.</summary>
    /// <value>20</value>
    [Range(1, 5000)]
    public int CommitIdleMilliseconds { get; set; } = 20;

    /// <summary>How many raw records one transaction holds at most.</summary>
    /// <value>10000</value>
    [Range(1, 1_000_000)]
    public int MaxTransactionRecords { get; set; } = 10_000;

    /// <summary>How many raw bytes one transaction holds at most.</summary>
    /// <value>33554432</value>
    [Range(65_536, 1_073_741_824)]
    public long MaxTransactionBytes { get; set; } = 33_554_432;

    /// <summary>How often each task writes at most what became of its records (a ledger event), in milliseconds; without records it writes none.</summary>
    /// <value>10000</value>
    [Range(100, 3_600_000)]
    public int LedgerIntervalMilliseconds { get; set; } = 10_000;

    /// <summary>How long the broker waits before it aborts a dead instance's transaction, in milliseconds.</summary>
    /// <value>10000</value>
    [Range(1000, 900_000)]
    public int TransactionTimeoutMilliseconds { get; set; } = 10_000;

    /// <summary>After how much silence an instance counts as dead, in milliseconds.</summary>
    /// <value>6000</value>
    [Range(1000, 300_000)]
    public int SessionTimeoutMilliseconds { get; set; } = 6_000;

    /// <summary>A name that this instance keeps over restarts and shares with no other that runs at the same time, such as that of a stateful pod:
    /// its partitions then wait for it, for SessionTimeoutMilliseconds at most, and a restart moves none. Without one every start and stop is a
    /// rebalance.</summary>
    [RegularExpression("[a-zA-Z0-9._-]{1,40}")]
    public string? InstanceId { get; set; }

    /// <summary>How partitions of normalize and images move when an instance joins or leaves: all at once, or one by one. Every instance must have the
    /// same: stop all, then start them with the other.</summary>
    /// <value>eager</value>
    public RebalanceProtocol Rebalance { get; set; } = RebalanceProtocol.Eager;

    /// <summary>How much a consumer fetches ahead, in bytes.</summary>
    /// <value>16777216</value>
    [Range(1_048_576, 1_073_741_824)]
    public long FetchAheadBytes { get; set; } = 16_777_216;

    /// <summary>How long a stop may take to finish what is open, in seconds; the whole process ends within 20.</summary>
    /// <value>15</value>
    [Range(1, 18)]
    public int DrainSeconds { get; set; } = 15;
}
