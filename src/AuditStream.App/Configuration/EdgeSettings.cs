using AuditStream.Postgres;
using AuditStream.RocksDb;
using AuditStream.Streams.Settings;

namespace AuditStream.App.Configuration;

/// <summary>Turns options into the settings of the edges: Kafka, PostgreSQL, row images on disk.</summary>
public static class EdgeSettings
{
    /// <summary>The Kafka side.</summary>
    public static StreamsSettings Streams(AuditStreamOptions options) => new()
    {
        BootstrapServers = options.Kafka.BootstrapServers,
        Client = options.Kafka.Client,
        ApplicationId = options.ApplicationId,
        ProcessId = options.Streams.InstanceId ?? StreamsSettings.NewProcessId(),
        HasStaticMembers = options.Streams.InstanceId is not null,
        Rebalance = options.Streams.Rebalance,
        Guarantee = options.ProcessingGuarantee,
        RawTopics = [.. options.Raw.Topics],
        RawPattern = options.Raw.Pattern,
        FinalTopic = options.Final.Topic,
        DeadLetterTopic = options.Final.DeadLetterTopic,
        FinalPartitions = options.Final.Partitions,
        ReplicationFactor = options.Final.ReplicationFactor,
        CreateTopics = options.Final.CreateTopics,
        Threads = options.Streams.Threads,
        CommitIntervalMilliseconds = options.Streams.CommitIntervalMilliseconds,
        CommitIdleMilliseconds = options.Streams.CommitIdleMilliseconds,
        MaxTransactionRecords = options.Streams.MaxTransactionRecords,
        MaxTransactionBytes = options.Streams.MaxTransactionBytes,
        LedgerIntervalMilliseconds = options.Streams.LedgerIntervalMilliseconds,
        TransactionTimeoutMilliseconds = options.Streams.TransactionTimeoutMilliseconds,
        SessionTimeoutMilliseconds = options.Streams.SessionTimeoutMilliseconds,
        FetchAheadBytes = options.Streams.FetchAheadBytes,
        MaxRawRecordBytes = options.Raw.MaxRecordBytes,
        KeepsImages = CoreSettings.KeepsImages(options) || options.Roles.Contains(ServiceRole.Images),
        ImagePartitions = options.Images.Partitions,
        ImagesOnDisk = options.Images.Store == ImageStoreKind.Rocksdb,
        SinkBatchRows = options.Sink.BatchRows,
        SinkBatchBytes = options.Sink.BatchBytes,
        SinkLingerMilliseconds = options.Sink.LingerMilliseconds,
        DrainSeconds = options.Streams.DrainSeconds,
    };

    /// <summary>Row images on disk.</summary>
    public static RocksDbSettings RowImages(AuditStreamOptions options) => new()
    {
        Folder = options.Images.Directory,
        ApplicationId = options.ApplicationId,
        BlockCacheBytes = options.Images.BlockCacheBytes,
        WriteBufferBytes = options.Images.WriteBufferBytes,
        MaxStores = options.Images.Partitions,
    };

    /// <summary>The store as the service writes to it.</summary>
    public static PostgresOptions Writer(AuditStreamOptions options) => Store(options, options.Postgres.ConnectionString);

    /// <summary>The store as <c>migrate</c> works on it.</summary>
    public static PostgresOptions Owner(AuditStreamOptions options) =>
        Store(options, options.Postgres.OwnerConnectionString ?? options.Postgres.ConnectionString);

    /// <summary>The store as people ask it.</summary>
    public static PostgresOptions Reader(AuditStreamOptions options) =>
        Store(options, options.Postgres.ReaderConnectionString ?? options.Postgres.ConnectionString) with { Writes = false };

    private static PostgresOptions Store(AuditStreamOptions options, string connectionString) => new()
    {
        ConnectionString = connectionString,
        CommandTimeoutSeconds = options.Postgres.CommandTimeoutSeconds,
        ConnectTimeoutSeconds = options.Postgres.ConnectTimeoutSeconds,
        ApplicationName = options.ApplicationId,
    };
}
