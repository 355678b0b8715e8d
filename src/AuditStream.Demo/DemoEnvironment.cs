using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Streams.Embedded;

namespace AuditStream.Demo;

/// <summary>The demo's servers: an embedded broker, a throw-away PostgreSQL with a migrated store, and a folder with the configuration.</summary>
public sealed class DemoEnvironment : IAsyncDisposable
{
    private const string Database = "audit";
    private const string WriterLogin = "auditstream";

    private readonly MockCluster cluster;
    private readonly ThrowAwayPostgres postgres;
    private readonly Psql psql;

    private DemoEnvironment(MockCluster cluster, ThrowAwayPostgres postgres, string folder)
    {
        this.cluster = cluster;
        this.postgres = postgres;
        psql = new Psql(postgres);
        Folder = folder;
    }

    /// <summary>The folder with configuration, identity key and log.</summary>
    public string Folder { get; }

    /// <summary>The product's log.</summary>
    public string LogFile => Path.Combine(Folder, "auditstream.log");

    /// <summary>The line that a person types to look into the store.</summary>
    public string PsqlLine => psql.Line(Database);

    /// <summary>Starts the servers.</summary>
    public static async Task<DemoEnvironment> StartAsync(CancellationToken cancellationToken)
    {
        var starting = ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), cancellationToken);
        var cluster = new MockCluster();
        var folder = Directory.CreateTempSubdirectory("auditstream-demo-").FullName;
        try
        {
            return new DemoEnvironment(cluster, await starting.ConfigureAwait(false), folder);
        }
        catch
        {
            cluster.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Makes the database, writes the configuration, and migrates with the product's own verb.</summary>
    /// <param name="rawTopics">The topics to read; they are made to appear.</param>
    /// <param name="dmsKeys">The key columns of the tables that DMS reads, by <c>schema.table</c>.</param>
    /// <param name="hasHttp">Whether the product serves health and metrics.</param>
    /// <param name="output">Receives what is done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The checked configuration, read back from its file.</returns>
    public async Task<AuditStreamOptions> PrepareAsync(
        IReadOnlyList<string> rawTopics, IReadOnlyDictionary<string, IReadOnlyList<string>> dmsKeys, bool hasHttp, TextWriter output,
        CancellationToken cancellationToken)
    {
        foreach (var topic in rawTopics)
            cluster.Touch(topic);
        await psql.ExecuteAsync("postgres", $"CREATE DATABASE {Database}", cancellationToken).ConfigureAwait(false);
        var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
        var writer = postgres.ConnectionString(Database)
            .Replace($"Username={ThrowAwayPostgres.UserName}", $"Username={WriterLogin}", StringComparison.Ordinal)
            .Replace(postgres.Password, password, StringComparison.Ordinal);
        var addresses = new DemoAddresses(cluster.BootstrapServers, writer, postgres.ConnectionString(Database), hasHttp ? FreePort() : 0);
        var file = DemoConfiguration.Write(Folder, addresses, rawTopics, dmsKeys);
        var options = ConfigurationReader.Read(file, []);
        cluster.Touch(options.Final.Topic);
        cluster.Touch(options.Final.DeadLetterTopic);
        await output.WriteLineAsync($"configuration: {file}").ConfigureAwait(false);
        await MigrateVerb.MigrateAsync(options, TextWriter.Null, cancellationToken).ConfigureAwait(false);
        await psql.ExecuteAsync(Database, $"CREATE ROLE {WriterLogin} LOGIN PASSWORD '{password}' IN ROLE audit_writer", cancellationToken)
            .ConfigureAwait(false);
        return options;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync().ConfigureAwait(false);
        cluster.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
