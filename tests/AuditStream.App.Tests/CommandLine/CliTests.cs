using AuditStream.App.CommandLine;

namespace AuditStream.App.Tests.CommandLine;

public sealed class CliTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("config --help")]
    [InlineData("config keys --help")]
    [InlineData("config show --help")]
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

    private static async Task<(int Code, string Output, string Error)> Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
