using System.Text.Json.Nodes;
using AuditStream.App.CommandLine;
using AuditStream.App.Tests.CommandLine;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Check;

/// <summary>What a new user gets wrong before anything is connected to: the answer names the setting where it was written, and what would be right.</summary>
/// <remarks>The mistakes that only a broker or a store can show are in the end-to-end tests.</remarks>
public sealed class ConfigurationMistakesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("""{"Raw":{"Topics":["t"],"Topcs":["u"]}}""", "Raw:Topcs (appsettings.json line 1) is no setting; the nearest is Raw:Topics.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Strems":{"Threads":2}}""", "Strems (appsettings.json line 1) is no setting; the nearest is Streams.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Streams":{"Threads":"two"}}""",
        "Streams:Threads (appsettings.json line 1) is 'two'; a whole number is expected.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Kafka":{"BootstrapServers":""}}""",
        "Kafka:BootstrapServers (appsettings.json line 1) is empty; a text is expected.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Identity":{"KeyFile":""}}""", "Identity:KeyFile (appsettings.json line 1) is empty; a text is expected.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Kafka":"broker:9092"}""",
        "Kafka (appsettings.json line 1) is a section: it has settings and no value of its own.")]
    [InlineData("""{"Raw":{"Topics":["audit.events"]}}""", "Raw:Topics (appsettings.json line 1) names audit.events, which is an output of this pipeline.")]
    [InlineData("""{"Raw":{"Pattern":"shop\\.[a-z"}}""", "Raw:Pattern (appsettings.json line 1) is not a regular expression: UnterminatedBracket")]
    [InlineData("""{"Raw":{"Pattern":"shop-\\d+"}}""", "Raw:Pattern (appsettings.json line 1) has \\d, which the Kafka client's expressions")]
    [InlineData("""{"Raw":{}}""", "Raw:Topics is empty, and so is Raw:Pattern; one of them must say which topics to read.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Kafka":{"BootstrapServers":"broker:90922"}}""",
        "Kafka:BootstrapServers (appsettings.json line 1) has 'broker:90922', whose port does not lie between 1 and 65535.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Http":{"Port":80800}}""", "Http:Port (appsettings.json line 1) is 80800; it must lie between 0 and 65535.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Roles":["normalise"]}""",
        "Roles:0 (appsettings.json line 1) is 'normalise'; one of normalize, images, sink is expected.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"ProcessingGuarantee":"exactly_once"}""",
        "ProcessingGuarantee (appsettings.json line 1) is 'exactly_once'; one of exactly_once_v2, at_least_once is expected.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Kafka":{"Client":{"enable.auto.commit":"true"}}}""",
        "Kafka:Client:enable.auto.commit (appsettings.json line 1) cannot be set: offsets are committed with the records they belong to.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Kafka":{"Client":{"securty.protocol":"ssl"}}}""",
        "Kafka:Client (appsettings.json line 1) is not what the Kafka client takes: No such configuration property: \"securty.protocol\".")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Kafka":{"Client":{"security.protocol":"tls"}}}""",
        "Kafka:Client (appsettings.json line 1) is not what the Kafka client takes: Invalid value \"tls\" for configuration property \"security.protocol\"")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Final":{"DeadLetterTopic":"audit.events"}}""",
        "Final:DeadLetterTopic (appsettings.json line 1) is the same as Final:Topic.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Sources":[{"Tables":{"accounts":{"Key":["id"]}}}]}""",
        "Sources:0:Tables:accounts (appsettings.json line 1) is not of the form schema.table.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Sources":[{"Name":"a","TopicPattern":"t"},{"Name":"b","TopicPattern":"t"}]}""",
        "Sources:1:TopicPattern (appsettings.json line 1) is that of Sources:0, which gets the records")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Protect":{"Rules":[{"Table":"*.cards","Action":"hide"}]}}""",
        "Protect:Rules:0:Action (appsettings.json line 1) is 'hide'; one of keep, drop, mask is expected.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Postgres":{"ConnectionString":"postgres://u:swordfish@db/audit"}}""",
        "Postgres:ConnectionString (appsettings.json line 1) is not a connection string that Npgsql understands: Host=…")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Streams":{"CommitIntervalMilliseconds":4000,"TransactionTimeoutMilliseconds":5000}}""",
        "Streams:TransactionTimeoutMilliseconds (appsettings.json line 1) must be at least twice Streams:CommitIntervalMilliseconds.")]
    [InlineData("""{"Raw":{"Topics":["t"]},"Identity":{"Key":"c3dvcmRmaXNo"}}""", "Identity:Key (appsettings.json line 1) is not base64 of 32 bytes or more.")]
    [InlineData("{\"Raw\": {\n  \"Topics\": [\"t\"\n}}", "appsettings.json is not valid JSON: line 3, byte 1.")]
    [InlineData("{\"Raw\": {\"Topics\": [\"t\"]},\n\"Raw\": {}}", "appsettings.json names Raw twice, on line 1 and on line 2.")]
    public async Task A_mistake_in_the_file_is_named_with_its_line_and_ends_with_2(string json, string expected)
    {
        using var file = new TemporaryFile(json);
        var run = await CommandLineRun.OfAsync("check", "--config", file.Path);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("\n  " + expected);
        run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2, run.Error);
        run.Error.ShouldNotContain("swordfish");
    }

    [Theory]
    [InlineData("AUDITSTREAM__STREAMS__TREADS", "2", "Streams:TREADS (variable AUDITSTREAM__STREAMS__TREADS) is no setting; the nearest is Streams:Threads.")]
    [InlineData("AUDITSTREAM__STREAMS__THREADS", "99", "Streams:Threads (variable AUDITSTREAM__STREAMS__THREADS) is 99; it must lie between 1 and 64.")]
    [InlineData("AUDITSTREAM__POSTGRES__CONNECTIONSTRING", "",
        "Postgres:ConnectionString (variable AUDITSTREAM__POSTGRES__CONNECTIONSTRING) is empty; a text is expected.")]
    [InlineData("AUDITSTREAM__KAFKA__CLIENT__GROUP_ID", "g",
        "Kafka:Client:group.id (variable AUDITSTREAM__KAFKA__CLIENT__GROUP_ID) cannot be set: the group is the application id.")]
    [InlineData("AUDITSTREAM_KAFKA_BOOTSTRAPSERVERS", "broker:9092",
        "AUDITSTREAM_KAFKA_BOOTSTRAPSERVERS is not read: two underscores stand between all parts of a name, AUDITSTREAM__KAFKA__BOOTSTRAPSERVERS.")]
    public async Task A_mistake_in_a_variable_is_named_with_the_variable(string name, string value, string expected)
    {
        // A process of its own: variables are shared by all tests of this one.
        var (code, output) = await AuditStreamProcess.RunToEndAsync(["check", "--set", "Raw:Topics=t"], new Dictionary<string, string>(), Limit, (name, value));
        code.ShouldBe(ExitCode.Usage, output.Tail());
        output.Lines().ShouldContain("  " + expected);
    }

    [Theory]
    [InlineData("--config", "/no/such/audit.json", "--config names /no/such/audit.json, which does not exist.")]
    [InlineData("--config", "/tmp", "--config names /tmp, which is a folder.")]
    [InlineData("--set", "Raw:Topics", "--set 'Raw:Topics' is not of the form Key:Path=value.")]
    public async Task A_mistake_on_the_command_line_is_named(string option, string value, string expected)
    {
        var run = await CommandLineRun.OfAsync("check", "--set", "Raw:Topics=t", option, value);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(expected);
    }

    [Theory]
    [InlineData("/no/such/identity.key", "which does not exist; 'auditstream migrate' makes it for a new store.")]
    [InlineData("/tmp", "which is a folder; name the file in it.")]
    [InlineData("/proc/self/mem", "which this user cannot read; the service's user needs the right to.")]
    [InlineData("/etc/passwd", "which does not hold base64 of 32 bytes or more.")]
    public async Task A_key_file_that_is_none_is_named_before_anything_starts(string path, string expected)
    {
        var run = await CommandLineRun.OfAsync("run", "--set", "Raw:Topics=t", "--set", $"Identity:KeyFile={path}");
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain($"Identity:KeyFile names {path}, {expected}");
    }

    [Fact]
    public async Task Several_mistakes_are_one_json_object_too()
    {
        var run = await CommandLineRun.OfAsync("check", "--json", "--set", "Streams:Threads=0", "--set", "Http:Prt=1");
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldBeEmpty();
        var report = JsonNode.Parse(run.Output).ShouldNotBeNull();
        ((int?)report["exit_code"]).ShouldBe(ExitCode.Usage);
        report["findings"]?.AsArray().Select(finding => (string?)finding?["subject"]).ShouldBe(["Http:Prt", "Streams:Threads", "Raw:Topics"]);
    }

    [Fact]
    public async Task Where_nothing_answers_the_check_ends_soon_and_says_so_for_both_edges()
    {
        using var key = new TemporaryFile(Convert.ToBase64String(new byte[32]));
        var run = await CommandLineRun.OfAsync("check", "--set", "Raw:Topics=t", "--set", "Kafka:BootstrapServers=127.0.0.1:1", "--set", $"Identity:KeyFile={key.Path}",
            "--set", "Postgres:ConnectionString=Host=127.0.0.1;Port=1;Username=u;Database=d;Password=swordfish");
        run.Code.ShouldBe(ExitCode.NotReachable, run.Output);
        run.Output.ShouldContain("  error    127.0.0.1:1: does not answer: ");
        run.Output.ShouldContain("  error    Postgres:ConnectionString: the server does not answer: ");
        run.Output.ShouldContain("           mend: Start the server, or correct Host and Port in Postgres:ConnectionString.");
        run.Output.TrimEnd().ShouldEndWith("2 errors, 0 warnings, 2 ok");
        run.Output.ShouldNotContain("swordfish");
    }
}
