using AuditStream.App.Explain;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Demo.Live;
using AuditStream.Demo.Messages;
using AuditStream.Demo.Output;

namespace AuditStream.App.Tests.Demo.Live;

public sealed class LiveFrameTests
{
    private const string LookInside = "psql postgresql://postgres:0123456789abcdef01234567@127.0.0.1:54321/audit";

    [Theory]
    [InlineData(60, 10)]
    [InlineData(80, 24)]
    [InlineData(80, 50)]
    [InlineData(139, 30)]
    [InlineData(140, 30)]
    [InlineData(200, 24)]
    [InlineData(200, 50)]
    public void A_frame_fills_its_terminal_and_no_more(int columns, int rows)
    {
        var lines = Lines(columns, rows, entries: 40);
        lines.Length.ShouldBe(rows);
        lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(columns);
        lines[0].ShouldStartWith("AuditStream demo, live for 0:01:23");
        lines[0].ShouldEndWith("Ctrl-C ends");
        string.Concat(lines).ShouldContain(LookInside);
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(30, 5)]
    [InlineData(1, 3)]
    public void A_terminal_that_is_too_small_gets_what_fits_in_width(int columns, int rows) =>
        Lines(columns, rows, entries: 3).Max(line => line.Length).ShouldBeLessThanOrEqualTo(columns);

    [Fact]
    public void Eighty_columns_show_figures_changes_and_the_line_to_look_inside()
    {
        var lines = Lines(80, 24, entries: 40);
        lines[1..11].ShouldBe(
        [
            "rate      14.3 records/s in, 9.8 events/s stored",
            "lag       3 records, 1 rows; commit to row 41 ms, 95 of 100 in 88 ms",
            "ledger      consumed =  emitted +  dead letters +    skips    events",
            "Debezium           4 =        2 +             1 +        1         2  agrees",
            "AWS DMS            1 =        1 +             0 +        0         1  agrees",
            "together           5 =        3 +             1 +        1         3  agrees",
            "store     rows 2, duplicates 0, divergences 0, dead letters 1",
            "── latest changes ──────────────────────────────────────────────────────────────",
            "10:15:00.125 Debezium update      bank.accounts id=0",
            "             state: open → paid  note: ? → [b]  filler: xxxxxxxxxxxxxxxxxxxxxxx…",
        ]);
        lines[11].ShouldBe("10:15:00.125 AWS DMS  insert      bank.accounts id=1");
        lines[^2].ShouldStartWith("── look inside ──");
        lines[^1].ShouldBe(LookInside);
    }

    [Fact]
    public void Two_hundred_columns_show_both_kinds_of_source_side_by_side()
    {
        var lines = Lines(200, 50, entries: 40);
        var rule = lines.Single(line => line.StartsWith("── latest of Debezium ", StringComparison.Ordinal));
        var right = rule.IndexOf("── latest of AWS DMS ", StringComparison.Ordinal);
        right.ShouldBe(101);
        var below = lines.SkipWhile(line => line != rule).Skip(1).Take(4).ToArray();
        below[0][..right].TrimEnd().ShouldBe("10:15:00.125 update      bank.accounts id=0");
        below[0][right..].ShouldBe("10:15:00.125 insert      bank.accounts id=1");
        below[1][..right].TrimEnd().Length.ShouldBeLessThanOrEqualTo(99);
        below[2][..right].TrimEnd().ShouldBe("10:15:00.125 update      bank.accounts id=2");
    }

    [Fact]
    public void Sums_that_do_not_agree_are_said()
    {
        var broken = new LedgerEntry();
        broken.Consume();
        var lines = Lines(80, 24, entries: 0, new Dictionary<SourceKind, LedgerEntry> { [SourceKind.Debezium] = broken });
        lines.ShouldContain(line => line.EndsWith("disagrees", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.StartsWith("together", StringComparison.Ordinal));
    }

    private static string[] Lines(int columns, int rows, int entries, Dictionary<SourceKind, LedgerEntry>? ledger = null)
    {
        using var output = new StringWriter();
        var console = DemoConsole.Create(output, isTerminal: false);
        console.Profile.Width = columns;
        var figures = new LiveFigures(
            TimeSpan.FromSeconds(83), 14.28, 9.84, Published: 8, ledger ?? Ledger(), new StoreResult(2, 0, 0, 0, 1),
            new DelayFigures(TimeSpan.FromMilliseconds(41), TimeSpan.FromMilliseconds(88)));
        console.Write(new LiveFrame(figures, [.. Enumerable.Range(0, entries).Select(Entry)], LookInside, columns, rows));
        return [.. output.ToString().Split('\n').Select(line => line.TrimEnd())];
    }

    private static LiveEntry Entry(int number) => new(
        new DateTimeOffset(2025, 6, 2, 10, 15, 0, 125, TimeSpan.Zero),
        number % 2 == 0 ? SourceKind.Debezium : SourceKind.Dms,
        number % 2 == 0 ? "update" : "insert",
        $"bank.accounts id={number}",
        [new FieldText("state", "open", "paid"), new FieldText("note", null, "[b]"), new FieldText("filler", new string('x', 60), "y")],
        Note: "");

    private static Dictionary<SourceKind, LedgerEntry> Ledger()
    {
        var (debezium, dms) = (new LedgerEntry(), new LedgerEntry());
        for (var i = 0; i < 4; i++)
            debezium.Consume();
        debezium.Emit(1);
        debezium.Emit(1);
        debezium.DeadLetter();
        debezium.Skip(SkipReason.Tombstone);
        dms.Consume();
        dms.Emit(1);
        return new Dictionary<SourceKind, LedgerEntry> { [SourceKind.Dms] = dms, [SourceKind.Debezium] = debezium };
    }
}
