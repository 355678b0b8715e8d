using System.ComponentModel.DataAnnotations;
using AuditStream.Streams.Embedded;

namespace AuditStream.Streams.Settings;

/// <summary>Everything the Kafka side needs to know. Checked by <see cref="SettingsCheck"/> before anything connects.</summary>
public sealed record StreamsSettings
{
    private const int DefaultTaskPartitions = 8;

    /// <summary>The brokers to ask first: <c>host:port</c>, separated by commas.</summary>
    [Required]
    public required string BootstrapServers { get; init; }

    /// <summary>Settings for every Kafka client by their librdkafka names; with the prefix <c>consumer.</c> or <c>producer.</c> for one
    /// kind.
    /// Those the loop depends on are refused: <see cref="ClientSettings.Refused"/>.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>The consumer group of normalize, and the prefix of internal topics, of the sink's group and of transactional ids.</summary>
    /// <value>Default: auditstream.</value>
    [Required, RegularExpression("[a-zA-Z0-9._-]{1,180}")]
    public string ApplicationId { get; init; } = "auditstream";

    /// <summary>What tells this process from its siblings; part of client ids and transactional ids, so unique among live
    /// processes.</summary>
    /// <value>Default: eight random hexadecimal digits.</value>
    [Required, RegularExpression("[a-zA-Z0-9._-]{1,40}")]
    public string ProcessId { get; init; } = NewProcessId();

    /// <summary>Whether members keep their partitions over a restart within the session's time-out: <see cref="ProcessId"/> must then stay the
    /// same over restarts, and differ between processes that live at one time.</summary>
    /// <value>Default: false.</value>
    public bool HasStaticMembers { get; init; }

    /// <summary>How the partitions of normalize and images move between members; the sink's always move eagerly.</summary>
    /// <value>Default: eager.</value>
    public RebalanceProtocol Rebalance { get; init; } = RebalanceProtocol.Eager;

    /// <summary>What a crash can do to the final topic.</summary>
    /// <value>Default: exactly_once_v2.</value>
    public ProcessingGuarantee Guarantee { get; init; } = ProcessingGuarantee.ExactlyOnceV2;

    /// <summary>Raw topics by name.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> RawTopics { get; init; } = [];

    /// <summary>Raw topics by an extended POSIX expression over the whole name; own topics never match; new matches join within
    /// seconds.</summary>
    /// <value>Default: none.</value>
    public string? RawPattern { get; init; }

    /// <summary>The final topic.</summary>
    /// <value>Default: audit.events.</value>
    [Required]
    public string FinalTopic { get; init; } = "audit.events";

    /// <summary>The dead letters' topic.</summary>
    /// <value>Default: audit.events.dlq.</value>
    [Required]
    public string DeadLetterTopic { get; init; } = "audit.events.dlq";

    /// <summary>How many partitions the final topic gets when it is created; ignored when it exists.</summary>
    /// <value>Default: 6.</value>
    [Range(1, 1000)]
    public int FinalPartitions { get; init; } = 6;

    /// <summary>How many copies created topics get; -1 leaves it to the broker. Ignored when they exist.</summary>
    /// <value>Default: -1.</value>
    [Range(-1, 9)]
    public int ReplicationFactor { get; init; } = -1;

    /// <summary>Whether missing own topics are created; when not, their absence is waited for.</summary>
    /// <value>Default: true.</value>
    public bool CreateTopics { get; init; } = true;

    /// <summary>Normalize threads in this process, each with its own consumer and producer.</summary>
    /// <value>Default: 1.</value>
    [Range(1, 64)]
    public int Threads { get; init; } = 1;

    /// <summary>How long a transaction stays open at most while records come in, in milliseconds.</summary>
    /// <value>Default: 100, as Kafka Streams under exactly_once_v2.</value>
    [Range(1, 5000)]
    public int CommitIntervalMilliseconds { get; init; } = 100;

    /// <summary>How long a transaction stays open when no more records come, in milliseconds: an idle open one freezes every
    /// reader.</summary>
    /// <value>Default: 20.</value>
    [Range(1, 5000)]
    public int CommitIdleMilliseconds { get; init; } = 20;

    /// <summary>How many raw records one transaction holds at most.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxTransactionRecords { get; init; } = 10_000;

    /// <summary>How many raw bytes (keys and values) one transaction holds at most.</summary>
    /// <value>Default: 33,554,432 (32 MiB).</value>
    [Range(65_536, 1_073_741_824)]
    public long MaxTransactionBytes { get; init; } = 33_554_432;

    /// <summary>How often each task writes at most what became of its records, in milliseconds; without records it writes nothing.</summary>
    /// <value>Default: 10,000.</value>
    [Range(100, 3_600_000)]
    public int LedgerIntervalMilliseconds { get; init; } = 10_000;

    /// <summary>How long the broker waits before it aborts a dead instance's transaction, in milliseconds: it bounds the stall after a
    /// crash.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1000, 900_000)]
    public int TransactionTimeoutMilliseconds { get; init; } = 10_000;

    /// <summary>After how much silence a member counts as dead, in milliseconds; heartbeats go out at a quarter of it.</summary>
    /// <value>Default: 6,000.</value>
    [Range(1000, 300_000)]
    public int SessionTimeoutMilliseconds { get; init; } = 6_000;

    /// <summary>How much a consumer fetches ahead, in bytes. Memory per thread is about this, twice the transaction's bytes, and 64
    /// MiB.</summary>
    /// <value>Default: 16,777,216 (16 MiB).</value>
    [Range(1_048_576, 1_073_741_824)]
    public long FetchAheadBytes { get; init; } = 16_777_216;

    /// <summary>The largest raw record that is expected, in bytes; own topics are created for twice this and 64 kB.</summary>
    /// <value>Default: 1,048,588, the broker's own default.</value>
    [Range(1024, 1_000_000_000)]
    public int MaxRawRecordBytes { get; init; } = 1_048_588;

    /// <summary>Whether images of rows are kept: then the repartition topic and the changelog are made ready.</summary>
    /// <value>Default: false.</value>
    public bool KeepsImages { get; init; }

    /// <summary>Whether images of rows outlive the process, so that the changelog's offsets are worth knowing.</summary>
    /// <value>Default: false.</value>
    public bool ImagesOnDisk { get; init; }

    /// <summary>How many partitions the repartition topic and the changelog of row images have. It decides which task a row belongs to, so it
    /// never changes while they exist.</summary>
    /// <value>Default: 6.</value>
    [Range(1, 1000)]
    public int ImagePartitions { get; init; } = 6;

    /// <summary>How many rows the sink writes in one go at most.</summary>
    /// <value>Default: 5,000.</value>
    [Range(1, 100_000)]
    public int SinkBatchRows { get; init; } = 5_000;

    /// <summary>How many event bytes the sink writes in one go at most.</summary>
    /// <value>Default: 33,554,432 (32 MiB).</value>
    [Range(65_536, 1_073_741_824)]
    public long SinkBatchBytes { get; init; } = 33_554_432;

    /// <summary>How long a sink batch that is not full waits for more, in milliseconds.</summary>
    /// <value>Default: 50.</value>
    [Range(0, 10_000)]
    public int SinkLingerMilliseconds { get; init; } = 50;

    /// <summary>How long a stop may take to finish what is open, in seconds.</summary>
    /// <value>Default: 15.</value>
    [Range(1, 600)]
    public int DrainSeconds { get; init; } = 15;

    /// <summary>The largest message of the final and the dead-letter topic, in bytes: full images repeat values, an event can be twice
    /// its record.</summary>
    public int MaxOwnMessageBytes => (int)Math.Min((2L * MaxRawRecordBytes) + 65_536, 1_000_000_000);

    /// <summary>The topic on which changes travel to the tasks that keep their rows' images.</summary>
    public string RepartitionTopic => ApplicationId + "-row-images-repartition";

    /// <summary>The compacted topic from which row images are restored.</summary>
    public string ChangelogTopic => ApplicationId + "-row-images-changelog";

    /// <summary>The compacted topic on which the owner of each task says who it is and where its ledger stands.</summary>
    public string TasksTopic => ApplicationId + "-tasks";

    /// <summary>How many partitions the topic of tasks has. It decides where a task's record is, so it never changes.</summary>
    public int TaskPartitions => MockCluster.IsOneOfThisProcess(BootstrapServers) ? MockCluster.TopicPartitions : DefaultTaskPartitions;

    /// <summary>The consumer group of images.</summary>
    public string ImagesGroup => ApplicationId + "-images";

    /// <summary>The sink's consumer group.</summary>
    public string SinkGroup => ApplicationId + "-sink";

    /// <summary>An id that no other process has.</summary>
    public static string NewProcessId() => Guid.NewGuid().ToString("N")[..8];
}
