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
    [InlineData("health --help")]
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

    [Fact]
    public async Task Config_show_prints_what_is_in_force_and_hides_secrets()
    {
        var (code, output, _) = await Run("config show --set Raw:Topics=a --set Postgres:ConnectionString=Host=h;Password=swordfish");
        code.ShouldBe(ExitCode.Done);
        output.ShouldContain("Raw:Topics = a");
        output.ShouldContain("Postgres:ConnectionString = (hidden)");
        output.ShouldNotContain("swordfish");
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
