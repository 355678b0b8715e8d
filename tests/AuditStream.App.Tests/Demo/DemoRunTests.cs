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
        text.ShouldContain("136 records consumed = 101 emitted + 0 dead letters + 35 skips");
        text.ShouldContain("101 events = 101 rows in audit.event");
        text.ShouldContain("the sums agree");
        text.ShouldContain("History of shop.orders id=1001");
        text.ShouldContain("state: open → paid");
        text.ShouldNotContain("\u001b[");
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
}
