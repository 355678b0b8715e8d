using AuditStream.App.CommandLine;
using AuditStream.App.Tests.CommandLine;

namespace AuditStream.App.Tests.Reset;

/// <summary>What <c>auditstream reset</c> refuses before it connects to anything.</summary>
public sealed class ResetArgumentsTests
{
    [Theory]
    [InlineData("--to-earliest --reason why", "--plane")]
    [InlineData("--plane raw --to-earliest --reason why", "--plane raw is not known")]
    [InlineData("--plane normalize,normalise --to-earliest --reason why", "is not known")]
    [InlineData("--plane sink --reason why", "Say where to go on")]
    [InlineData("--plane sink --to-earliest --to-latest --reason why", "Only one place")]
    [InlineData("--plane sink --to-earliest", "Say why with --reason")]
    [InlineData("--plane sink --to-datetime yesterday --reason why", "is no instant")]
    [InlineData("--plane sink --to-datetime 2026-03-01T00:00:00 --reason why", "is no instant")]
    [InlineData("--plane sink --to-offset -1 --reason why", "begins at 0")]
    [InlineData("--plane sink --to-earliest --rebuild-state --reason why", "--rebuild-state is about row images")]
    [InlineData("--plane images --rebuild-state --topic t --reason why", "takes no --topic")]
    public async Task A_request_that_cannot_be_meant_ends_with_2(string line, string sentence)
    {
        var (code, _, error) = await Run(line);
        code.ShouldBe(ExitCode.Usage);
        error.ShouldContain(sentence);
    }

    [Theory]
    [InlineData("--plane all --to-earliest --dry-run")]
    [InlineData("--plane normalize,images --to-datetime 2026-03-01T00:00:00+01:00 --dry-run")]
    [InlineData("--plane normalize --shift-by -10 --topic t --dry-run")]
    [InlineData("--plane images --rebuild-state --dry-run")]
    public async Task Where_nobody_answers_it_ends_with_3(string line)
    {
        var (code, _, error) = await Run(line);
        code.ShouldBe(ExitCode.NotReachable, error);
        error.ShouldContain("127.0.0.1:1");
    }

    private static Task<CommandLineRun> Run(string line) => CommandLineRun.OfAsync(
        ["reset", .. line.Split(' '), "--set", "Kafka:BootstrapServers=127.0.0.1:1", "--set", "Raw:Topics=t", "--set", "Images:State=on"]);
}
