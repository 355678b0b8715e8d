using System.Text.Json.Nodes;
using AuditStream.App.CommandLine;

namespace AuditStream.App.Tests.CommandLine;

public sealed class CliTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("migrate --help")]
    [InlineData("topology --help")]
    [InlineData("explain --help")]
    [InlineData("config --help")]
    [InlineData("config keys --help")]
    [InlineData("config show --help")]
    [InlineData("reset --help")]
    [InlineData("health --help")]
    [InlineData("config schema --help")]
    public async Task Every_verb_has_help_with_exit_codes(string line)
    {
        var (code, output, _) = await Run(line);
        code.ShouldBe(ExitCode.Done);
        output.ShouldContain("Usage:");
        output.ShouldContain("  2  usage or configuration");
        if (line != "--help")
            output.ShouldContain("Examples:");
    }

    [Theory]
    [InlineData("")]
    [InlineData("cnfig")]
    [InlineData("config show --st a=b")]
    [InlineData("config show --set")]
    [InlineData("config show --set Raw:Topics")]
    [InlineData("run")]
    [InlineData("run --roles sweep --set Raw:Topics=t")]
    [InlineData("run --config no-such-file.json")]
    [InlineData("run --set Raw:Topics=t --set Identity:KeyFile=/no/such/folder/identity.key")]
    [InlineData("migrate --set Postgres:ConnectionString=nonsense")]
    public async Task A_wrong_command_line_ends_with_2(string line)
    {
        var (code, _, error) = await Run(line);
        code.ShouldBe(ExitCode.Usage);
        error.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("", "explain <FILE>")]
    [InlineData("config", "schema")]
    public async Task A_command_line_that_is_not_finished_shows_what_may_follow(string line, string next)
    {
        var (code, output, error) = await Run(line);
        code.ShouldBe(ExitCode.Usage);
        (output + error).ShouldContain(next);
    }

    [Fact]
    public async Task Config_show_prints_what_is_in_force_with_its_origin_and_hides_secrets()
    {
        using var file = new TemporaryFile("""
            {
              "Raw": { "Topics": ["a", "b"] },
              "Kafka": { "Client": { "sasl.username": "service", "sasl.password": "swordfish" } },
              "Postgres": { "ConnectionString": "Host=h;Username=u;Password=swordfish" },
              "Streams": { "Threads": 3 }
            }
            """);
        var run = await CommandLineRun.OfAsync("config", "show", "--config", file.Path, "--set", "Streams:Threads=2");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var lines = run.Output.Split('\n');
        lines.ShouldContain("Raw:Topics = a, b  [appsettings.json line 2]");
        lines.ShouldContain("Streams:Threads = 2  [command line]");
        lines.ShouldContain("Http:Port = 8080  [default]");
        lines.ShouldContain("Kafka:Client:sasl.username = service  [appsettings.json line 3]");
        lines.ShouldContain("Kafka:Client:sasl.password = (hidden)  [appsettings.json line 3]");
        lines.ShouldContain("Postgres:ConnectionString = host=h;username=u;password=(hidden)  [appsettings.json line 4]");
        run.Output.ShouldNotContain("swordfish");
    }

    [Fact]
    public async Task Config_show_gives_json_too()
    {
        var run = await CommandLineRun.OfAsync("config", "show", "--json", "--set", "Raw:Topics=a", "--set", "Identity:Key=" + new string('A', 44));
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var settings = JsonNode.Parse(run.Output)?["settings"]?.AsArray().ToDictionary(setting => (string?)setting?["key"] ?? "").ShouldNotBeNull();
        ((string?)settings!["Raw:Topics"]?["origins"]?[0]).ShouldBe("command line");
        ((string?)settings["Identity:Key"]?["value"]).ShouldBe("(hidden)");
        ((string?)settings["Http:Port"]?["value"]).ShouldBe("8080");
    }

    [Fact]
    public async Task Topology_prints_what_kafka_streams_prints()
    {
        var (code, output, _) = await Run("topology --set Raw:Topics=bank.accounts");
        code.ShouldBe(ExitCode.Done);
        output.ShouldStartWith("Topologies:\n   Sub-topology: 0\n    Source: raw-records (topics: [bank.accounts])");
        output.ShouldContain("Sink: audit-events (topic: audit.events)");
    }

    private static async Task<(int Code, string Output, string Error)> Run(string line)
    {
        var run = await CommandLineRun.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return (run.Code, run.Output, run.Error);
    }
}
