using System.Globalization;
using System.Text.RegularExpressions;
using AuditStream.Core.Decode;
using AuditStream.Testing;

namespace AuditStream.House.Tests.Deployment;

/// <summary>Holds compose/connector.json to the source's SQL, to the program's settings, and to the reasons that docs/SOURCES.md gives.</summary>
public sealed partial class ConnectorTests
{
    private static readonly IReadOnlyDictionary<string, string> connector = ConnectorFile.Read();
    private static readonly ComposeService source = ComposeFile.Read().Services[connector["database.hostname"]];
    private static readonly string shop = File.ReadAllText(Path.Combine(Repository.Root, "compose/source/10-shop.sql"));
    private static readonly string forConnector = File.ReadAllText(Path.Combine(Repository.Root, "compose/source/20-connector.sql"));
    private static readonly App.Configuration.AuditStreamOptions options = ComposeTests.Options("auditstream");

    [Fact]
    public void Every_property_has_its_reason_and_every_reason_its_property()
    {
        var reasons = File.ReadAllLines(Path.Combine(Repository.Root, "docs/SOURCES.md"))
            .SkipWhile(line => !line.StartsWith("## The connector that loses least", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith('|'))
            .SelectMany(line => Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value)).ToList();
        reasons.Order().ShouldBe(connector.Keys.Order());
    }

    [Fact]
    public void The_source_has_what_the_connector_names()
    {
        connector["database.dbname"].ShouldBe(source.Environment["POSTGRES_DB"]);
        source.Command.ShouldContain("wal_level=logical");
        forConnector.ShouldContain($"create role {connector["database.user"]} login replication");
        forConnector.ShouldContain($"create publication {connector["publication.name"]} for tables in schema {connector["schema.include.list"].Replace(",", ", ", StringComparison.Ordinal)};");
        forConnector.ShouldContain($"create table {connector["signal.data.collection"]} (");
        source.Mounts.ShouldContain(("./source", "/docker-entrypoint-initdb.d"));
    }

    [Fact]
    public void The_password_comes_from_a_variable_that_both_sides_have()
    {
        var variable = FromEnvironment().Match(connector["database.password"]).Groups[1].Value;
        var connect = ComposeFile.Read().Services["connect"].Environment;
        connect["CONNECT_CONFIG_PROVIDERS"].ShouldBe("env");
        connect[variable].ShouldBe(source.Environment[variable]);
        forConnector.ShouldContain($"\\getenv password {variable}");
    }

    [Fact]
    public void Every_table_sends_whole_old_rows_as_the_program_is_told()
    {
        var tables = Table().Matches(shop).Select(match => match.Groups[1].Value).ToList();
        tables.Count.ShouldBe(3);
        FullTable().Matches(shop).Select(match => match.Groups[1].Value).ShouldBe(tables);
        options.Sources.Single().ReplicaIdentity.ShouldBe(Core.Decode.ReplicaIdentity.Full);
    }

    [Fact]
    public void The_program_reads_every_topic_of_the_connector_and_none_of_its_own()
    {
        var prefix = connector["topic.prefix"];
        var pattern = new Regex($"^(?:{options.Raw.Pattern})$", RegexOptions.NonBacktracking);
        string[] topics =
        [
            .. Table().Matches(shop).Select(match => $"{prefix}.public.{match.Groups[1].Value}"), $"{prefix}.{connector["signal.data.collection"]}",
            $"{prefix}.transaction", $"{prefix}.message",
        ];
        topics.Where(topic => !pattern.IsMatch(topic)).ShouldBeEmpty();
        string[] own = [options.Final.Topic, options.Final.DeadLetterTopic, "connect.configs", "connect.offsets", "connect.status"];
        own.Where(topic => pattern.IsMatch(topic)).ShouldBeEmpty();
        options.Sources.Single().Name.ShouldBe(prefix);
    }

    [Fact]
    public void The_program_is_told_what_the_connector_does()
    {
        var settings = options.Sources.Single();
        settings.UnavailablePlaceholder.ShouldBe(connector["unavailable.value.placeholder"]);
        BookkeepingTables.Match(settings.SkippedTables, connector["signal.data.collection"], table: "signal").ShouldBeTrue();
        foreach (var part in new[] { "key", "value" })
            connector[$"{part}.converter.replace.null.with.default"].ShouldBe("false");
        settings.ReplaceNullWithDefault.ShouldBeFalse();
        foreach (var size in new[] { "producer.override.max.request.size", "topic.creation.default.max.message.bytes" })
            int.Parse(connector[size], CultureInfo.InvariantCulture).ShouldBe(options.Raw.MaxRecordBytes, size);
    }

    [Fact]
    public void The_connector_with_avro_differs_in_its_converters_only()
    {
        var avro = ConnectorFile.Read(ConnectorFile.Avro);
        static bool IsConverter(string name) => name.StartsWith("key.converter", StringComparison.Ordinal) || name.StartsWith("value.converter", StringComparison.Ordinal);
        connector.Concat(avro).Where(property => !IsConverter(property.Key)).GroupBy(property => property)
            .Where(group => group.Count() == 1).Select(group => group.Key.Key).Distinct().ShouldBe(["schema.name.adjustment.mode", "field.name.adjustment.mode"]);
        foreach (var url in avro.Where(property => property.Key.EndsWith(".registry.url", StringComparison.Ordinal)).Select(property => new Uri(property.Value)))
            url.GetLeftPart(UriPartial.Authority).ShouldBe(new Uri(options.SchemaRegistry.Url.ShouldNotBeNull()).GetLeftPart(UriPartial.Authority));
        ComposeFile.Read().Services.Keys.ShouldContain(new Uri(options.SchemaRegistry.Url.ShouldNotBeNull()).Host);
        var variables = File.ReadAllLines(Path.Combine(Repository.Root, "compose/avro.env"));
        variables.ShouldContain($"CONNECTOR={ConnectorFile.Avro}");
        variables.ShouldContain("REPLACE_NULL_WITH_DEFAULT=true");
    }

    [Fact]
    public void The_connectors_own_signs_of_life_stay_out_of_the_topics()
    {
        var prefix = connector["message.prefix.exclude.list"];
        connector["heartbeat.action.query"].ShouldContain($"'{prefix}'");
    }

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\$\{env:(\w+)\}$")]
    private static partial Regex FromEnvironment();

    [GeneratedRegex(@"^create table (\w+) \(", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^alter table (\w+) replica identity full;", RegexOptions.Multiline)]
    private static partial Regex FullTable();
}
