using System.Net;
using System.Text.RegularExpressions;
using AuditStream.App.Identity;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Protect;
using AuditStream.Postgres;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Configuration;

/// <summary>What single values cannot say: rules between settings, and limits of what is passed through.</summary>
public static partial class SettingsRules
{
    /// <summary>Checks the options as a whole.</summary>
    public static void Check(AuditStreamOptions options, List<ConfigurationProblem> problems)
    {
        NormalizeClientNames(options.Kafka);
        if (!options.HasGivenRoles && CoreSettings.KeepsImages(options))
            options.Roles.Insert(1, ServiceRole.Images);
        CheckClient(options, problems);
        if (options.Roles.Contains(ServiceRole.Normalize) && options.Raw.Topics.Count == 0 && options.Raw.Pattern is null)
            problems.Add(new("Raw:Topics", "is empty, and so is Raw:Pattern; one of them must say which topics to read"));
        foreach (var topic in options.Raw.Topics.Where(topic => topic == options.Final.Topic || topic == options.Final.DeadLetterTopic))
            problems.Add(new("Raw:Topics", $"names {topic}, which is an output of this pipeline"));
        if (options.ProcessingGuarantee == ProcessingGuarantee.AtLeastOnce && CoreSettings.KeepsImages(options))
            problems.Add(new("ProcessingGuarantee", "must be exactly_once_v2 where images of rows are kept: without transactions an old image may outlive a newer one"));
        if (options.Final.Topic == options.Final.DeadLetterTopic)
            problems.Add(new("Final:DeadLetterTopic", "is the same as Final:Topic"));
        if (options.Streams.CommitIntervalMilliseconds * 2L > options.Streams.TransactionTimeoutMilliseconds)
            problems.Add(new("Streams:TransactionTimeoutMilliseconds", "must be at least twice Streams:CommitIntervalMilliseconds"));
        CheckIdentity(options.Identity, problems);
        CheckConnectionString("Postgres:ConnectionString", EdgeSettings.Writer(options), problems);
        CheckConnectionString("Postgres:OwnerConnectionString", EdgeSettings.Owner(options), problems);
        CheckConnectionString("Postgres:ReaderConnectionString", EdgeSettings.Reader(options), problems);
        if (options.Http.Host is not ("*" or "localhost") && !IPAddress.TryParse(options.Http.Host, out _))
            problems.Add(new("Http:Host", "is neither an IP address nor localhost nor *"));
        CheckRegistry(options.SchemaRegistry, problems);
        if (options.Final.Format == EventFormat.Avro && options.SchemaRegistry.Url is null)
            problems.Add(new("Final:Format", "is avro, and SchemaRegistry:Url does not say which registry holds the events' schema"));
        if (options.Kafka.BootstrapServers.Length > 0) // its absence is told already
            CheckServers(options.Kafka.BootstrapServers, problems);
        CheckSources(options, problems);
        CheckProtect(options.Protect, problems);
    }

    private static void CheckRegistry(SchemaRegistryOptions options, List<ConfigurationProblem> problems)
    {
        if (options.Url is not null && (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
            problems.Add(new("SchemaRegistry:Url", "is no address that begins with http:// or https://"));
        else if (options.Url is not null && new Uri(options.Url) is { UserInfo.Length: > 0 })
            problems.Add(new("SchemaRegistry:Url", "has a user in it, and it is shown in logs; set SchemaRegistry:User and SchemaRegistry:Password"));
        if (options.User?.Contains(':', StringComparison.Ordinal) == true)
            problems.Add(new("SchemaRegistry:User", "has a colon, which basic authentication does not allow"));
    }

    private static void CheckClient(AuditStreamOptions options, List<ConfigurationProblem> problems)
    {
        var before = problems.Count;
        foreach (var name in options.Kafka.Client.Keys)
        {
            if (ClientSettings.IsRefused(name, out var reason))
                problems.Add(new($"Kafka:Client:{name}", $"cannot be set: {reason}"));
        }
        if (options.Kafka.Client.Count > 0 && problems.Count == before)
            TryClient(options, problems);
    }

    // The client library alone knows all of its settings: one client of each kind is made and thrown away. Without brokers it connects nowhere.
    private static void TryClient(AuditStreamOptions options, List<ConfigurationProblem> problems)
    {
        var clients = new KafkaClientFactory(
            EdgeSettings.Streams(options) with { BootstrapServers = "" }, authentication: null, NullLoggerFactory.Instance);
        try
        {
            clients.Producer("check", transactionalId: null).Dispose();
            clients.NormalizeConsumer("check").Dispose();
        }
        catch (ClientException exception)
        {
            problems.Add(new("Kafka:Client", $"is not what the Kafka client takes: {exception.InnerException?.Message ?? exception.Message}"));
        }
    }

    private static void CheckIdentity(IdentityOptions options, List<ConfigurationProblem> problems)
    {
        if (options.Key is null)
            return;
        try
        {
            _ = IdentityKeyStore.Load(options);
        }
        catch (ConfigurationException exception)
        {
            problems.AddRange(exception.Problems);
        }
    }

    // Making the check reads the connection string and connects to nothing. What Npgsql says about it may quote a part of it, so it is not passed on.
    private static void CheckConnectionString(string key, PostgresOptions store, List<ConfigurationProblem> problems)
    {
        try
        {
            new StoreCheck(store).DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            if (problems.All(problem => problem.Key != "Postgres:ConnectionString"))
                problems.Add(new(key, "is not a connection string that Npgsql understands: Host=…;Port=…;Database=…;Username=…;Password=…"));
        }
    }

    private static void CheckServers(string servers, List<ConfigurationProblem> problems)
    {
        foreach (var server in servers.Split(',', StringSplitOptions.TrimEntries))
        {
            var match = Server().Match(server);
            if (!match.Success)
                problems.Add(new("Kafka:BootstrapServers", $"has '{server}', which is not of the form host:port"));
            else if (match.Groups["port"] is { Success: true, Value: var port } && !(int.TryParse(port, out var number) && number is > 0 and <= 65_535))
                problems.Add(new("Kafka:BootstrapServers", $"has '{server}', whose port does not lie between 1 and 65535"));
        }
    }

    private static void CheckSources(AuditStreamOptions options, List<ConfigurationProblem> problems)
    {
        for (var i = 0; i < options.Sources.Count; i++)
        {
            foreach (var table in options.Sources[i].Tables.Keys.Where(table => !table.Contains('.', StringComparison.Ordinal)))
                problems.Add(new($"Sources:{i}:Tables:{table}", "is not of the form schema.table"));
            CheckLines(options.Sources[i], i, problems);
            if (options.Sources[i].BeforeImageMember is "data" or "metadata" or "control")
                problems.Add(new($"Sources:{i}:BeforeImageMember", "is a member that every record has for something else"));
            var earlier = options.Sources.FindIndex(source => source.TopicPattern is null || source.TopicPattern == options.Sources[i].TopicPattern);
            if (earlier >= i || earlier < 0)
                continue;
            problems.Add(options.Sources[earlier].TopicPattern is null
                ? new($"Sources:{i}", $"never gets a record: Sources:{earlier} has no TopicPattern and takes every topic; put it last or give it one")
                : new($"Sources:{i}:TopicPattern", $"is that of Sources:{earlier}, which gets the records: one of the two must go, or match other topics"));
        }
    }

    private static void CheckLines(SourceOptions source, int index, List<ConfigurationProblem> problems)
    {
        foreach (var (name, delimiter) in ((string, string)[])[("Delimiter", source.DmsCsv.Delimiter), ("RowDelimiter", source.DmsCsv.RowDelimiter)])
        {
            if (delimiter.Length == 0)
                problems.Add(new($"Sources:{index}:DmsCsv:{name}", "is empty"));
        }
        if (CsvSettings.Plain(source.DmsCsv.Delimiter) == CsvSettings.Plain(source.DmsCsv.RowDelimiter))
            problems.Add(new($"Sources:{index}:DmsCsv:RowDelimiter", "is what stands between fields, too: a line would have no end"));
        foreach (var (table, settings) in source.Tables)
        {
            if (settings.Columns is { } columns && columns.Distinct(StringComparer.Ordinal).Count() < columns.Count)
                problems.Add(new($"Sources:{index}:Tables:{table}:Columns", "names a column twice"));
        }
    }

    private static void CheckProtect(ProtectOptions protect, List<ConfigurationProblem> problems)
    {
        if (protect.Rules.Count > ProtectSettings.MaximumRules)
            problems.Add(new("Protect:Rules", $"has {protect.Rules.Count} rules; at most {ProtectSettings.MaximumRules} are possible, and * stands for any text"));
        for (var i = 0; i < protect.Rules.Count; i++)
        {
            var rule = protect.Rules[i];
            if (rule.Table.Length > ProtectRule.MaximumPatternCharacters || rule.Column.Length > ProtectRule.MaximumPatternCharacters)
                problems.Add(new($"Protect:Rules:{i}", $"has a pattern of more than {ProtectRule.MaximumPatternCharacters} characters"));
        }
    }

    [GeneratedRegex(@"^(?:(?:plaintext|ssl|sasl_plaintext|sasl_ssl)://)?(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::(?<port>[^:/]+))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Server();

    // A variable's name has no dots, and some shells upper-case everything: SECURITY_PROTOCOL is security.protocol.
    private static void NormalizeClientNames(KafkaOptions kafka)
    {
        var entries = kafka.Client.ToList();
        kafka.Client.Clear();
        foreach (var (name, value) in entries)
            kafka.Client[name.ToLowerInvariant().Replace('_', '.')] = value;
    }
}
