using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuditStream.Demo;

namespace AuditStream.Testing;

/// <summary>A real Debezium PostgreSQL connector in a standalone Connect worker of its own; several connectors may share the worker.</summary>
/// <remarks>The positions are kept in a file beside the cluster's data, so that <see cref="StopAsync"/> and <see cref="StartAsync"/> resume.</remarks>
public sealed class DebeziumConnector : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new("connect");
    private readonly KafkaCluster _kafka;
    private readonly ThrowAwayPostgres _postgres;
    private readonly string _database;
    private readonly IReadOnlyList<IReadOnlyDictionary<string, string>> _connectors;
    private readonly int _port = FreePorts.One();
    private RunningProcess? _worker;

    /// <summary>Describes a worker with its connectors; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="kafka">Where the topics go.</param>
    /// <param name="postgres">The source; its log must be logical.</param>
    /// <param name="database">The source's database.</param>
    /// <param name="connectors">Each connector's own properties: <c>name</c>, <c>slot.name</c>, <c>topic.prefix</c> and what differs from
    /// <see cref="Defaults"/>.</param>
    public DebeziumConnector(
        KafkaCluster kafka, ThrowAwayPostgres postgres, string database, params IReadOnlyList<IReadOnlyDictionary<string, string>> connectors)
    {
        _kafka = kafka;
        _postgres = postgres;
        _database = database;
        _connectors = connectors;
    }

    /// <summary>The properties of every connector here, unless its own say otherwise. The address is no part of them.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        ["connector.class"] = "io.debezium.connector.postgresql.PostgresConnector",
        ["tasks.max"] = "1",
        ["plugin.name"] = "pgoutput",
        ["publication.autocreate.mode"] = "disabled",
        ["provide.transaction.metadata"] = "true",
        ["skipped.operations"] = "none",
        ["key.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["key.converter.replace.null.with.default"] = "false",
        ["value.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["value.converter.replace.null.with.default"] = "false",
        ["header.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["header.converter.schemas.enable"] = "false",
        ["topic.creation.default.partitions"] = "3",
        ["topic.creation.default.replication.factor"] = "1",
        ["poll.interval.ms"] = "100",
    };

    /// <summary>A connector of compose/, whole, with what a test has for itself: names, and the login.</summary>
    /// <param name="own">What the test has for itself.</param>
    /// <param name="file">One of <see cref="ConnectorFile"/>.</param>
    public static IReadOnlyDictionary<string, string> Composed(IReadOnlyDictionary<string, string> own, string file = ConnectorFile.Json)
    {
        var all = new Dictionary<string, string>(ConnectorFile.Read(file));
        foreach (var (name, value) in own)
            all[name] = value;
        return all;
    }

    /// <summary>What the worker has written; empty before the first start.</summary>
    public string Log => _worker?.Output.Tail(count: 80) ?? "";

    /// <summary>Starts the worker and returns when every connector runs and reads its slot (a snapshot is over then).</summary>
    public async Task StartAsync()
    {
        var arguments = new List<string> { "connect", WriteProperties("worker.properties", WorkerProperties()) };
        foreach (var connector in _connectors)
            arguments.Add(WriteProperties($"{connector["name"]}.properties", ConnectorProperties(connector)));
        var start = new ProcessStartInfo(SharedFolder.KafkaScript ?? throw new InvalidOperationException("shared/kafka is missing."), arguments);
        start.Environment["CONNECT_HEAP"] = "512m";
        var worker = RunningProcess.Start("the Connect worker", start);
        _worker = worker;
        foreach (var connector in _connectors)
        {
            await worker.HoldsAsync($"the connector {connector["name"]} to run", StartLimit, () => IsRunningAsync(connector["name"]));
            await worker.HoldsAsync($"the connector {connector["name"]} to stream", StartLimit, async () =>
                await IsRunningAsync(connector["name"]) && await IsStreamingAsync(connector["slot.name"]));
        }
    }

    /// <summary>True when the connector has confirmed everything up to the given log position to its source.</summary>
    public async Task<bool> HasConfirmedAsync(string slot, string logPosition) => await ScalarAsync(
        $"select confirmed_flush_lsn >= '{logPosition}'::pg_lsn from pg_replication_slots where slot_name = '{slot}'");

    /// <summary>Stops the worker in order; positions are kept.</summary>
    public async Task StopAsync()
    {
        if (_worker is not { } worker)
            return;
        if (!worker.HasExited)
        {
            worker.Send(PosixSignal.Terminate);
            await worker.EndAsync(StopLimit);
        }
        await worker.DisposeAsync();
        _worker = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_worker is { } worker)
            await worker.DisposeAsync();
        _folder.Dispose();
    }

    private Dictionary<string, string> WorkerProperties() => new()
    {
        ["bootstrap.servers"] = _kafka.BootstrapServers,
        ["plugin.path"] = string.Join(',', new[] { SharedFolder.DebeziumPlugins, SharedFolder.AvroConverters }.Where(folder => folder is not null)),
        ["key.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["value.converter"] = "org.apache.kafka.connect.json.JsonConverter",
        ["offset.storage.file.filename"] = _folder.At("offsets"),
        ["offset.flush.interval.ms"] = "1000",
        ["listeners"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"),
        ["topic.creation.enable"] = "true",
        ["producer.max.request.size"] = "8000000",
        ["plugin.discovery"] = "only_scan",
    };

    private Dictionary<string, string> ConnectorProperties(IReadOnlyDictionary<string, string> own)
    {
        var all = new Dictionary<string, string>(Defaults)
        {
            ["database.user"] = ThrowAwayPostgres.UserName,
            ["database.password"] = _postgres.Password,
        };
        foreach (var (name, value) in own)
            all[name] = value;
        all["database.hostname"] = _postgres.Host;
        all["database.port"] = _postgres.Port.ToString(CultureInfo.InvariantCulture);
        all["database.dbname"] = _database;
        return all;
    }

    private string WriteProperties(string file, Dictionary<string, string> properties)
    {
        var path = _folder.At(file);
        File.WriteAllLines(path, properties.Select(property => $"{property.Key}={property.Value}"), new UTF8Encoding(false));
        return path;
    }

    private async Task<bool> IsRunningAsync(string connector)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        string status;
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{_port}/connectors/{connector}/status"));
            status = await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return false; // the worker does not listen yet
        }
        catch (TaskCanceledException)
        {
            return false; // it listens and does not answer yet
        }
        if (status.Contains("\"FAILED\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"The connector {connector} failed: {status}");
        return status.Split("\"RUNNING\"").Length > 2; // the connector and its task
    }

    private Task<bool> IsStreamingAsync(string slot) =>
        ScalarAsync($"select coalesce(bool_or(active), false) from pg_replication_slots where slot_name = '{slot}'");

    private async Task<bool> ScalarAsync(string query)
    {
        await using var connection = new Npgsql.NpgsqlConnection(_postgres.ConnectionString(_database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(query, connection);
        return await command.ExecuteScalarAsync() is true;
    }
}
