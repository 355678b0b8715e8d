using AuditStream.Core.Flow;
using AuditStream.Demo.Output;
using AuditStream.Postgres;
using AuditStream.Streams.Ledger;

namespace AuditStream.App.Tests.Demo.Output;

public sealed class SummaryTests
{
    private const string Updated =
        """{"changed":["state"],"changes":[{"field":"note","new":"a [b] \u0007c"},{"field":"state","new":"paid","old":null}],"key":{"id":"7"},"spec":"auditstream/1"}""";

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_terminal(int columns)
    {
        var lines = Text(columns, rows: 2).Split('\n');
        lines.ShouldContain(line => line.Contains("state: NULL → paid", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("note: ? → a [b] \\u0007c", StringComparison.Ordinal));
        lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(columns);
    }

    [Fact]
    public void A_wide_terminal_shows_the_date_and_the_transaction()
    {
        Text(200, rows: 2).ShouldContain("│ 2025-06-02 10:15:00.125 │ update │ 748:1       │");
        Text(80, rows: 2).ShouldContain("│ 10:15:00.125 │ update │ note");
    }

    [Fact]
    public void Sums_that_do_not_agree_are_said()
    {
        Text(80, rows: 2).ShouldContain("the sums agree");
        Text(80, rows: 3).ShouldContain("the sums do not agree");
    }

    [Fact]
    public void Nothing_changed_and_not_known_are_told_apart()
    {
        HistoryTable.Change("update", [], """{"changed":[],"changes":[]}"""u8).ShouldBe("[dim]nothing changed[/]");
        HistoryTable.Change("update", null, """{"changed":null,"changes":null}"""u8).ShouldBe("[dim]what changed is not known[/]");
        HistoryTable.Change("snapshot", null, """{"spec":"auditstream/1"}"""u8).ShouldBe("");
    }

    private static string Text(int columns, int rows)
    {
        using var output = new StringWriter();
        var console = DemoConsole.Create(output, isTerminal: false);
        console.Profile.Width = columns;
        var entry = new LedgerEntry();
        for (var i = 0; i < 4; i++)
            entry.Consume();
        entry.Emit(1);
        entry.Emit(1);
        entry.Skip(SkipReason.Tombstone);
        entry.DeadLetter();
        var row = new RowAddress("shop", "shop", "orders", """{"id":"7"}""");
        var instant = new DateTimeOffset(2025, 6, 2, 10, 15, 0, 125, TimeSpan.Zero);
        Summary.Write(console, new DemoFigures(
            new Dictionary<string, int> { ["shop.shop.orders"] = 4 },
            new LedgerSnapshot(new Dictionary<string, LedgerEntry> { ["shop.shop.orders"] = entry }),
            [new OperationCount("shop", "update", rows)],
            [new DeadLetterCount("normalize", "truncated-json", 1)],
            [new RowHistory(row, [new HistoryEntry(instant, "update", ["state"], null, "748:1", "26651832", 0, 1, Guid.Empty, Updated)])]));
        return output.ToString();
    }
}
