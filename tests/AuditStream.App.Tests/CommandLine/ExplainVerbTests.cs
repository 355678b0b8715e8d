using System.Text;
using System.Text.Json.Nodes;
using AuditStream.App.CommandLine;
using AuditStream.Demo.Messages;

namespace AuditStream.App.Tests.CommandLine;

public sealed class ExplainVerbTests
{
    private static readonly string Bank = Path.Combine(CapturedFiles.OwnFolder, "bank.jsonl");

    [Fact]
    public async Task Captured_records_give_a_line_of_json_each()
    {
        var run = await CommandLineRun.OfAsync("explain", "--json", Bank);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var lines = run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line).ShouldNotBeNull()).ToArray();
        lines.Select(line => (int?)line["n"]).ShouldBe(Enumerable.Range(1, File.ReadLines(Bank).Count()).Select(n => (int?)n));
        lines.Count(line => (string?)line["outcome"] == "event" && line["reason"] is null && line["events"]?.AsArray().Count == 1).ShouldBe(16);
        lines.Where(line => (string?)line["outcome"] == "skip").Select(line => (string?)line["reason"]).ShouldBe(Enumerable.Repeat("transaction-begin", 5));
    }

    [Fact]
    public async Task A_colour_use_that_is_none_is_told_with_those_there_are()
    {
        var run = await CommandLineRun.OfAsync("explain", "--color", "blue", Bank);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("'always'");
        run.Error.ShouldNotContain("AuditStream.App");
        (await CommandLineRun.OfAsync("explain", "--color", "Always", Bank)).Output.ShouldContain("\u001b[");
    }

    [Fact]
    public async Task A_page_for_people_shows_the_diff()
    {
        var run = await CommandLineRun.OfAsync("explain", Bank);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("bank.bank.accounts, partition");
        run.Output.ShouldContain("changed     blocked    false → true");
        run.Output.ShouldContain("skip transaction-begin  bank.transaction, partition");
        run.Output.ShouldEndWith("21 records: 16 emitted (16 events), 5 skipped, 0 rejected. transaction-begin 5.\n");
        run.Error.ShouldContain("There is no identity key");
    }

    [Fact]
    public async Task Other_lines_are_values_and_a_line_that_cannot_be_read_is_a_rejection()
    {
        using var file = new TemporaryFile(string.Join('\n', Value(), "{\"before\":", "", "nonsense"));
        var run = await CommandLineRun.OfAsync("explain", "--json", "--topic", "bank.bank.accounts", file.Path);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var lines = run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line).ShouldNotBeNull()).ToArray();
        lines.Select(line => (string?)line["outcome"]).ShouldBe(["event", "reject", "reject"]);
        lines[1]["reason"]?.GetValue<string>().ShouldBe("truncated-json");
        lines[2]["events"]?.AsArray().ShouldBeEmpty();
        ((string?)lines[0]["events"]?[0]?["origin"]?["topic"]).ShouldBe("bank.bank.accounts");
    }

    [Fact]
    public async Task A_document_spread_over_lines_is_one_record()
    {
        var pretty = JsonNode.Parse(Value()).ShouldNotBeNull().ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
        using var file = new TemporaryFile($"{pretty}\r\n{Value()}");
        var run = await CommandLineRun.OfAsync("explain", "--json", "--topic", "bank.bank.accounts", file.Path);
        var lines = run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line).ShouldNotBeNull()).ToArray();
        lines.Select(line => (string?)line["outcome"]).ShouldBe(["event", "event"]);
        lines[0]["events"]?[0]?["after"]?.ToJsonString().ShouldBe(lines[1]["events"]?[0]?["after"]?.ToJsonString());
    }

    [Theory]
    [InlineData("/no/such/file", "does not exist")]
    [InlineData("/", "is a folder")]
    public async Task A_file_that_is_none_is_a_usage_error(string path, string sentence)
    {
        var run = await CommandLineRun.OfAsync("explain", path);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(sentence);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_an_environment_error()
    {
        var run = await CommandLineRun.OfAsync("explain", "/proc/self/mem");
        run.Code.ShouldBe(ExitCode.NotReachable, run.Output);
        run.Error.ShouldContain("/proc/self/mem cannot be read");
    }

    [Fact]
    public async Task Text_of_another_encoding_is_a_usage_error()
    {
        using var file = new TemporaryFile("");
        await File.WriteAllTextAsync(file.Path, "{}", Encoding.Unicode);
        var run = await CommandLineRun.OfAsync("explain", file.Path);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("UTF-16");
    }

    private static string Value() =>
        Encoding.UTF8.GetString(CapturedFiles.Read(CapturedFiles.OwnFolder)
            .First(message => message.Topic == "bank.bank.accounts" && message.Value is not null).Value.ShouldNotBeNull());
}
