using System.Globalization;
using AuditStream.Demo;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.EndToEnd.Tests.Deployment;

/// <summary>The compose stack as processes: its SQL files, its connector and its settings, with other addresses only.</summary>
/// <remarks>A server of its own, because logins are a server's.</remarks>
internal sealed class ComposedStack : IAsyncDisposable
{
    private static readonly TimeSpan VerbLimit = TimeSpan.FromSeconds(60);
    private readonly IReadOnlyDictionary<string, ComposeService> _services = ComposeFile.Read().Services;
    private readonly TemporaryFolder _folder = new("composed");
    private readonly KafkaCluster _kafka;
    private readonly ComposedDifferences _differences;

    private ComposedStack(KafkaCluster kafka, ThrowAwayPostgres postgres, ComposedDifferences differences)
    {
        (_kafka, Postgres, _differences) = (kafka, postgres, differences);
        Source = new(postgres, _services["source"].Environment["POSTGRES_DB"]);
        Store = new(postgres, _services["store"].Environment["POSTGRES_DB"]);
        Connector = new(kafka, postgres, Source.Name, DebeziumConnector.Composed(new Dictionary<string, string>(differences.Connector)
        {
            ["database.password"] = _services["connect"].Environment["SOURCE_PASSWORD"],
        }, differences.ConnectorFile));
    }

    internal ThrowAwayPostgres Postgres { get; }

    internal SourceDatabase Source { get; }

    internal SourceDatabase Store { get; }

    internal DebeziumConnector Connector { get; }

    /// <summary>Starts the server and runs the files of source/ and store/ as the image's entry point does: in the order of their names.</summary>
    /// <param name="kafka">The broker.</param>
    /// <param name="differences">What this test has for itself.</param>
    internal static async Task<ComposedStack> StartAsync(KafkaCluster kafka, ComposedDifferences differences)
    {
        var postgres = await ThrowAwayPostgres.StartNewAsync(new() { LogicalReplication = true }, CancellationToken.None);
        var stack = new ComposedStack(kafka, postgres, differences);
        foreach (var service in new[] { stack._services["source"], stack._services["store"] })
        {
            await SourceDatabase.CreateAsync(stack.Postgres, service.Environment["POSTGRES_DB"]);
            var variables = string.Concat(service.Environment.Select(variable => $"\\setenv {variable.Key} '{variable.Value}'\n"));
            var folder = Path.Combine(RepositoryFolder.Root, "compose", service.Mounts.Single(mount => mount.Target == "/docker-entrypoint-initdb.d").Source);
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
                await new Psql(stack.Postgres).ExecuteAsync(service.Environment["POSTGRES_DB"], variables + await File.ReadAllTextAsync(file), CancellationToken.None);
        }
        return stack;
    }

    /// <summary>Runs a service of the product's image that ends by itself, or another verb with its settings.</summary>
    internal async Task<string> RunToEndAsync(string service, IReadOnlyList<string>? verb = null, AuditStreamProcess? beside = null)
    {
        var settings = Settings(service);
        if (beside is not null)
            settings["HTTP:PORT"] = beside.HttpPort.ToString(CultureInfo.InvariantCulture);
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(verb ?? _services[service].Command, settings, VerbLimit);
        exitCode.ShouldBe(0, output.Tail());
        return output.Tail();
    }

    /// <summary>Starts the service.</summary>
    internal AuditStreamProcess Start() => AuditStreamProcess.Start(_services["auditstream"].Command, Settings("auditstream"));

    /// <summary>What a query gives to a login of the store, as texts.</summary>
    internal async Task<IReadOnlyList<string[]>> AskAsync(string login, string sql)
    {
        var password = _services["store"].Environment[$"{login.ToUpperInvariant()}_PASSWORD"];
        await using var connection = new NpgsqlConnection(
            $"Host={Postgres.Host};Port={Postgres.Port};Database={Store.Name};Username={login};Password={password};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true }; // texts, as psql shows them
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "" : reader.GetString(column))]);
        return rows;
    }

    /// <summary>A new file with this content.</summary>
    internal string FileWith(string name, IEnumerable<string> lines)
    {
        File.WriteAllLines(_folder.At(name), lines);
        return _folder.At(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        await Postgres.DisposeAsync();
        _folder.Dispose();
    }

    private Dictionary<string, string> Settings(string service)
    {
        var settings = _services[service].Settings.ToDictionary(setting => setting.Key, setting => setting.Value.Replace(
            "Host=store;", string.Create(CultureInfo.InvariantCulture, $"Host={Postgres.Host};Port={Postgres.Port};"), StringComparison.Ordinal));
        settings["KAFKA:BOOTSTRAPSERVERS"] = _kafka.BootstrapServers;
        settings["IDENTITY:KEYFILE"] = _folder.At(Path.GetFileName(settings["IDENTITY:KEYFILE"]));
        foreach (var (key, value) in _differences.Settings)
            settings[key] = value;
        return settings;
    }
}
