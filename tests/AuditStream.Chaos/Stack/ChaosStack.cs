using System.Globalization;
using AuditStream.Chaos.Source;
using AuditStream.Demo;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Chaos.Stack;

/// <summary>Real brokers, a real PostgreSQL, and the configuration with which instances of the product work on them.</summary>
internal sealed class ChaosStack : IAsyncDisposable
{
    internal const string ApplicationId = "chaos";
    internal const string FinalTopic = "chaos.events";
    internal const string DeadLetterTopic = "chaos.events.dlq";

    private const string Database = "audit_chaos";
    private const string WriterPassword = "writer";
    private const int ImagePartitions = 4;
    private static readonly TimeSpan MigrateLimit = TimeSpan.FromSeconds(120);
    private readonly bool owns;

    private ChaosStack(KafkaCluster kafka, ThrowAwayPostgres postgres, int brokers, bool owns)
    {
        Kafka = kafka;
        Postgres = postgres;
        Brokers = brokers;
        this.owns = owns;
        Configuration = new Dictionary<string, string>
        {
            ["ApplicationId"] = ApplicationId,
            ["Kafka:BootstrapServers"] = kafka.BootstrapServers,
            ["Final:Topic"] = FinalTopic,
            ["Final:DeadLetterTopic"] = DeadLetterTopic,
            ["Identity:Key"] = Convert.ToBase64String(Enumerable.Range(1, 32).Select(number => (byte)number).ToArray()),
            ["Images:Partitions"] = ImagePartitions.ToString(CultureInfo.InvariantCulture),
            ["Sources:0:Name"] = "chaos",
            ["Postgres:ConnectionString"] = string.Create(CultureInfo.InvariantCulture,
                $"Host={postgres.Host};Port={postgres.Port};Username={WriterName};Password={WriterPassword};Database={Database}"),
            ["Postgres:OwnerConnectionString"] = postgres.ConnectionString(Database),
        };
        for (var table = 0; table < SourceTable.All.Count; table++)
        {
            var source = SourceTable.All[table];
            Configuration[string.Create(CultureInfo.InvariantCulture, $"Raw:Topics:{table}")] = source.Topic;
            Configuration[source.SendsBefore ? $"Sources:0:Tables:public.{source.Name}:ReplicaIdentity" : $"Sources:0:Tables:public.{source.Name}:State"] =
                source.SendsBefore ? "full" : "on";
        }
    }

    /// <summary>The login under which the sink writes.</summary>
    internal static string WriterName => "service_" + Database;

    /// <summary>The brokers.</summary>
    internal KafkaCluster Kafka { get; }

    /// <summary>The server of the audit store.</summary>
    internal ThrowAwayPostgres Postgres { get; }

    /// <summary>How many brokers there are.</summary>
    internal int Brokers { get; }

    /// <summary>Where row images are kept on disk; null where they are in memory.</summary>
    internal StateDisk? StateDisk { get; set; }

    /// <summary>The configuration of every instance.</summary>
    internal Dictionary<string, string> Configuration { get; }

    private string ConnectionString => Postgres.ConnectionString(Database) + ";Command Timeout=120";

    /// <summary>Starts brokers and a server of its own, and makes everything ready.</summary>
    /// <param name="brokers">How many brokers.</param>
    /// <param name="settings">Broker settings, <c>key=value</c>.</param>
    internal static async Task<ChaosStack> StartNewAsync(int brokers, params string[] settings)
    {
        var kafka = KafkaCluster.StartAsync(brokers, port: null, settings);
        var postgres = ThrowAwayPostgres.StartNewAsync(new(), CancellationToken.None);
        var stack = new ChaosStack(await kafka, await postgres, brokers, owns: true);
        try
        {
            await stack.PrepareAsync();
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes everything ready on servers that somebody else owns.</summary>
    internal static async Task<ChaosStack> OnAsync(KafkaCluster kafka, ThrowAwayPostgres postgres, int brokers)
    {
        var stack = new ChaosStack(kafka, postgres, brokers, owns: false);
        await stack.PrepareAsync();
        return stack;
    }

    /// <summary>Instances that are started from now on keep no row images.</summary>
    internal void LeaveImagesOut()
    {
        foreach (var key in Configuration.Keys.Where(key => key.EndsWith(":State", StringComparison.Ordinal)).ToList())
            Configuration.Remove(key);
    }

    /// <summary>Starts an instance.</summary>
    /// <param name="name">Whose place it takes: what is kept on disk there is found again.</param>
    /// <param name="roles">What it does: <c>normalize,images,sink</c> or fewer.</param>
    internal AuditStreamProcess Start(string name, string roles) =>
        AuditStreamProcess.Start(["run", "--roles", roles], new Dictionary<string, string>([.. Configuration, .. StateDisk?.SettingsOf(name) ?? []]));

    /// <summary>Opens a connection to the store, as its superuser.</summary>
    internal async Task<NpgsqlConnection> OpenStoreAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The first column of the first row.</summary>
    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenStoreAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("The store gave no row."));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        StateDisk?.Dispose();
        if (!owns)
            return;
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private async Task PrepareAsync()
    {
        foreach (var table in SourceTable.All)
            await Kafka.CreateTopicsAsync(table.Partitions, [table.Topic]);
        await ExecuteAsync(Postgres.ConnectionString(), $"create database {Database}");
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(["migrate"], Configuration, MigrateLimit);
        if (exitCode != 0)
            throw new InvalidOperationException($"auditstream migrate ended with {exitCode}. {output.Tail()}");
        await ExecuteAsync(ConnectionString, $"create role {WriterName} login password '{WriterPassword}' in role audit_writer");
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
