using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Properties;

namespace AuditStream.Core.Tests.Diff;

/// <summary>Rows before and after an update, through the dialects: the event has them to the letter, and its changes are what differs.</summary>
public sealed class ChangedColumnsPropertyTests
{
    [Fact]
    public void Documents_reach_the_event_to_the_letter_and_what_changed_is_what_differs() =>
        Check(MadeJson.All, WrittenRows.OfDocuments, rows => rows, count: 200);

    [Fact]
    public void Values_reach_the_event_to_the_letter_and_what_changed_is_what_differs() =>
        Check(MadeJson.Scalars, WrittenRows.OfScalars, rows => rows, count: 200);

    [Fact]
    public void Texts_reach_the_event_to_the_letter_and_what_changed_is_what_differs() =>
        Check(MadeJson.Scalars, WrittenRows.OfTexts, rows => rows with { Before = Texts(rows.Before), After = Texts(rows.After) }, count: 200);

    private static void Check(
        FsCheck.Gen<MadeJson> values, Func<MadeRows, IEnumerable<(string Dialect, RawRecord Record)>> write, Func<MadeRows, MadeRows> given, int count)
    {
        var normalizer = MadeEvent.Normalizer(WrittenRows.Source);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        Forall.Of(MadeRows.Of(values, MadeJson.ColumnNames), MadeRows.Shrink, count, made =>
        {
            var rows = given(made);
            foreach (var (dialect, record) in write(rows))
            {
                Check(rows, MadeEvent.Of(normalizer, record), $"{dialect}: {Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span)}");
                seen[dialect] = seen.GetValueOrDefault(dialect) + rows.Changed.Length;
            }
        });
        // Rows that never differ would show nothing.
        seen.Values.ShouldAllBe(changed => changed > count / 2);
    }

    private static void Check(MadeRows rows, MadeEvent made, string dialect)
    {
        var root = made.Root;
        root.TryGetProperty("before", out _).ShouldBeTrue(dialect);
        for (var column = 0; column < rows.Names.Length; column++)
        {
            var name = rows.Names[column];
            root.GetProperty("before").GetProperty(name).GetRawText().ShouldBe(rows.Before[column].ToString(), dialect);
            root.GetProperty("after").GetProperty(name).GetRawText().ShouldBe(rows.After[column].ToString(), dialect);
        }

        root.GetProperty("changed_is").GetString().ShouldBe("all", dialect);
        made.Row.Changed.ShouldBe(rows.Changed, dialect);
        var changes = root.GetProperty("changes").EnumerateArray().ToList();
        changes.Select(change => change.GetProperty("field").GetString()).ShouldBe(rows.Changed, dialect);
        // The changes, done to the row before, give the row after.
        foreach (var change in changes)
        {
            var column = Array.IndexOf(rows.Names, change.GetProperty("field").GetString());
            change.GetProperty("old").GetRawText().ShouldBe(rows.Before[column].ToString(), dialect);
            change.GetProperty("new").GetRawText().ShouldBe(rows.After[column].ToString(), dialect);
        }
    }

    private static MadeJson[] Texts(MadeJson[] values) =>
        [.. values.Select(value => value.Kind is 'n' or '"' ? value : MadeJson.String(value.Text))];
}
