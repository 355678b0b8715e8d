using AuditStream.App.Explain;
using AuditStream.Demo.Output;
using Spectre.Console;

namespace AuditStream.App.Tests.Demo.Output;

public sealed class LiveLinesTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void A_long_change_stays_one_line(int columns)
    {
        using var output = new StringWriter();
        var console = DemoConsole.Create(output, isTerminal: false);
        console.Profile.Width = columns;
        var table = new Table().Border(TableBorder.Rounded).AddColumn("when (UTC)").AddColumn("what").AddColumn("row").AddColumn("change");
        var changes = Enumerable.Range(0, 9).Select(i => new FieldText($"field_{i}", "old [value]", "new value")).ToArray();
        table.AddRow(new LiveLines(Math.Max(columns, 80)).Cells("10:15:00.125", "transaction", new string('r', 60), changes));
        console.Write(table);
        var lines = output.ToString().TrimEnd().Split('\n');
        lines.Max(line => line.TrimEnd().Length).ShouldBeLessThanOrEqualTo(columns);
        if (columns >= 80)
            lines.Length.ShouldBe(5);
    }

    [Fact]
    public void An_update_shows_both_sides_and_an_insert_the_new_one()
    {
        var lines = new LiveLines(120);
        lines.Cells("t", "update", "r", [new FieldText("a", "1", "2"), new FieldText("b", null, "3")])[3].ShouldBe("a: 1 → 2; b: ? → 3");
        lines.Cells("t", "insert", "r", [new FieldText("a", null, "2")])[3].ShouldBe("a: 2");
        lines.Cells("t", "delete", "r", [new FieldText("a", "1", null)])[3].ShouldBe("a: 1");
    }
}
