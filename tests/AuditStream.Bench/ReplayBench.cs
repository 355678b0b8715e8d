using System.Diagnostics;
using System.Globalization;
using AuditStream.Core.Flow;
using AuditStream.Demo;
using AuditStream.Testing;
using Confluent.Kafka;
using Npgsql;

namespace AuditStream.Bench;

/// <summary>Everything again: how fast the sink finds that the topic's events are there already, and how fast raw records come through all of it.</summary>
/// <remarks>
/// Method: the product as a process with its default settings, a real broker, a store with fsync on, all on one machine. First the records are stored;
/// then <c>auditstream reset</c> sets the sink back three times, and normalize three times. Counted is from the first row that the store has answered to
/// the last; starts are not in it. After each pass the table must be as it was.
/// </remarks>
internal static class ReplayBench
{
    private const int Partitions = 4;
    private const int Replays = 3;
    private const string Name = "replay";
    private const string RawTopic = $"{Name}.public.orders";
    private const string Rows = "auditstream_sink_rows_total";
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(20);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var index = Array.IndexOf(arguments, "--records");
        var records = index < 0 ? 200_000 : int.Parse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture);
        if (!ThrowAwayPostgres.IsAvailable || SharedFolder.KafkaScript is null)
        {
            await Console.Error.WriteLineAsync("A replay is measured on a real broker (shared/kafka beside the repository) and a real PostgreSQL.");
            return 3;
        }
        Environment.SetEnvironmentVariable("KAFKA_HEAP", "1g");
        await using var cluster = await KafkaCluster.StartAsync(brokers: 1, port: null, "group.initial.rebalance.delay.ms=0");
        await using var server = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions
        {
            Fsync = true,
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "1GB", ["max_wal_size"] = "8GB", ["checkpoint_timeout"] = "30min" },
        }, CancellationToken.None);
        await ExecuteAsync(server, "postgres", $"CREATE DATABASE {Name}");
        using var folder = new TemporaryFolder(Name);
        var configuration = Configuration(cluster, server, folder);
        await RunVerbAsync(configuration, "migrate");
        await ExecuteAsync(server, Name, "CREATE ROLE service LOGIN PASSWORD 'bench' IN ROLE audit_writer");
        await cluster.CreateTopicsAsync(Partitions, [RawTopic]);
        Fill(cluster.BootstrapServers, BenchRecords.Large(records));
        Say($"{records:N0} Debezium updates; {Partitions} partitions, one normalize thread, one sink; .NET {Environment.Version}, {Environment.ProcessorCount} processors for all of it");
        Say($"stored for the first time: {await PassAsync(configuration, "result=\"inserted\"", records):N0} events/s");
        var table = await TableAsync(server);
        foreach (var plane in (string[])["sink", "normalize"])
        {
            for (var replay = 1; replay <= Replays; replay++)
            {
                await RunVerbAsync(configuration, "reset", "--plane", plane, "--to-earliest", "--reason", "bench");
                // The sink meets what earlier replays have put on the topic too, once it was set back.
                Say($"{plane} again, {replay}: {await PassAsync(configuration, "result=\"duplicate\"", records):N0} events/s, all there already");
                if (await TableAsync(server) != table)
                    throw new InvalidOperationException("The replay has changed the table: the figure would mean nothing.");
            }
        }
        return 0;
    }

    /// <summary>Runs the product until the store has answered for so many rows.</summary>
    /// <returns>How many a second.</returns>
    private static async Task<double> PassAsync(Dictionary<string, string> configuration, string labels, int rows)
    {
        await using var process = AuditStreamProcess.Start(["run"], configuration);
        await process.ReadyAsync();
        var (first, begun, done) = (0m, 0L, 0m);
        await process.HoldsAsync("every row to be answered for", limit, async () =>
        {
            done = (await process.MetricsAsync()).Sum(Rows, labels);
            if (begun == 0 && done > 0)
                (first, begun) = (done, Stopwatch.GetTimestamp());
            return done >= rows;
        });
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        _ = await process.StopAsync(PosixSignal.Terminate, limit);
        return seconds > 0 ? (double)(done - first) / seconds : double.NaN;
    }

    private static async Task RunVerbAsync(Dictionary<string, string> configuration, params string[] verb)
    {
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(verb, configuration, limit);
        if (exitCode != 0)
            throw new InvalidOperationException($"auditstream {verb[0]} ended with {exitCode}. {output.Tail()}");
    }

    private static void Fill(string bootstrapServers, RawRecord[] raw)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers, LingerMs = 20, QueueBufferingMaxKbytes = 1_048_576, QueueBufferingMaxMessages = 2_000_000,
        }).Build();
        for (var number = 0; number < raw.Length; number++)
        {
            var message = new Message<byte[]?, byte[]?> { Key = raw[number].Key?.ToArray(), Value = raw[number].Value?.ToArray() };
            producer.Produce(new TopicPartition(RawTopic, number % Partitions), message);
        }
        producer.Flush(limit);
    }

    private static Dictionary<string, string> Configuration(KafkaCluster cluster, ThrowAwayPostgres server, TemporaryFolder folder) => new()
    {
        ["ApplicationId"] = Name,
        ["Kafka:BootstrapServers"] = cluster.BootstrapServers,
        ["Raw:Topics:0"] = RawTopic,
        ["Final:Topic"] = $"{Name}.events",
        ["Final:DeadLetterTopic"] = $"{Name}.events.dlq",
        ["Final:Partitions"] = Partitions.ToString(CultureInfo.InvariantCulture),
        ["Identity:KeyFile"] = folder.At("identity.key"),
        ["Postgres:ConnectionString"] = new NpgsqlConnectionStringBuilder(server.ConnectionString(Name)) { Username = "service", Password = "bench" }.ConnectionString,
        ["Postgres:OwnerConnectionString"] = server.ConnectionString(Name),
        ["Log:Level"] = "Warning",
    };

    private static Task<string> TableAsync(ThrowAwayPostgres server) => AskAsync(
        server, "SELECT concat_ws(' ', count(*), sum(hashtextextended(event_id::text || e.ctid || e.xmin, 0))) FROM audit.event e WHERE operation NOT IN ('ledger', 'audit')");

    private static async Task<string> AskAsync(ThrowAwayPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(Name) + ";Pooling=false;Command Timeout=600");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string ?? "";
    }

    private static async Task ExecuteAsync(ThrowAwayPostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
