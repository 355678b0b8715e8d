using AuditStream.App.CommandLine;
using AuditStream.Demo;
using AuditStream.Demo.Output;

namespace AuditStream.App.Tests.Demo;

public sealed class DemoRunTests
{
    [DemoFact]
    public async Task Every_captured_message_reaches_the_table_and_the_sums_agree()
    {
        var (code, text) = await RunAsync(new DemoOptions { Once = true });
        code.ShouldBe(ExitCode.Done, text);
        text.ShouldContain("211 records consumed = 176 emitted + 0 dead letters + 35 skips");
        text.ShouldContain("176 events = 176 rows in audit.event");
        text.ShouldContain("the sums agree");
        text.ShouldContain("History of shop.orders id=1001, from Debezium");
        text.ShouldContain("History of shop.orders id=1001, from AWS DMS");
        text.ShouldContain("state: open → paid");
        text.ShouldNotContain("\u001b[");
    }

    [DemoFact]
    public async Task Without_once_changes_are_lines_where_there_is_no_terminal_until_it_is_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new WatchedWriter(text => text.Contains("Debezium update bank.accounts iban=", StringComparison.Ordinal), stop.Cancel);
        var console = DemoConsole.Create(output, isTerminal: false);
        var code = await new DemoRun(new DemoOptions(), console, TimeProvider.System).RunAsync(stop.Token);
        var text = output.ToString();
        code.ShouldBe(ExitCode.Done, text);
        text.ShouldContain("psql postgresql://postgres:");
        text.ShouldContain("  balance: ");
        text.ShouldNotContain("\u001b");
        text.Split("the sums agree").Length.ShouldBe(3, text); // before the live view and after it
    }

    [Fact]
    public async Task A_folder_without_messages_is_a_usage_error()
    {
        var (code, text) = await RunAsync(new DemoOptions { Once = true, Messages = "/no/such/folder" });
        code.ShouldBe(ExitCode.Usage);
        text.ShouldContain("/no/such/folder holds no *.jsonl file");
    }

    private static async Task<(int Code, string Text)> RunAsync(DemoOptions options)
    {
        await using var output = new StringWriter();
        var code = await new DemoRun(options, DemoConsole.Create(output, isTerminal: false), TimeProvider.System).RunAsync(CancellationToken.None);
        return (code, output.ToString());
    }

    /// <summary>Calls back when a line of a kind was written.</summary>
    private sealed class WatchedWriter(Predicate<string> isMeant, Action whenSeen) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value is not null && isMeant(value))
                whenSeen();
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}
