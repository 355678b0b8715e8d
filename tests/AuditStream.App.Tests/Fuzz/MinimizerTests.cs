using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Fuzz;

namespace AuditStream.App.Tests.Fuzz;

public sealed class MinimizerTests
{
    [Fact]
    public void One_record_is_left_with_the_bytes_that_make_it_fail()
    {
        var history = Enumerable.Range(0, 64).Select(index => Record($"{{\"a\":[1,2,3],\"bad\":{index}}}")).ToList();
        var least = new Minimizer(records => Text(records[^1].Value).Contains("bad", StringComparison.Ordinal)).Minimize(history).ShouldHaveSingleItem();
        Text(least.Value).ShouldBe("bad");
        Text(least.Key).ShouldBe("");
        least.Headers.ShouldBeEmpty();
    }

    [Fact]
    public void Records_that_fail_only_together_stay_together()
    {
        var history = Enumerable.Range(0, 64).Select(index => Record($"record {index}.")).ToList();
        var least = new Minimizer(records => Has(records, "5.") && Has(records, "63")).Minimize(history);
        least.Select(record => Text(record.Value)).ShouldBe(["5.", "63"]);
    }

    [Fact]
    public void What_fails_in_no_smaller_form_stays_as_it_is()
    {
        var history = new[] { Record("x"), Record("y") };
        new Minimizer(_ => false).Minimize(history).Select(record => Text(record.Value) + Text(record.Key) + record.Headers.Count).ShouldBe(["xkey1", "ykey1"]);
    }

    [Fact]
    public void It_ends()
    {
        var tries = 0;
        var history = new[] { Record(new string('x', 100_000)) };
        new Minimizer(records =>
        {
            tries++;
            return records[0].Value.GetValueOrDefault().Length == 100_000 && records[0].Headers.Count > 0;
        }).Minimize(history);
        tries.ShouldBe(Minimizer.MaxTries);
    }

    private static bool Has(IReadOnlyList<RawRecord> records, string text) =>
        records.Any(record => Text(record.Value).Contains(text, StringComparison.Ordinal));

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes.GetValueOrDefault().Span);

    private static RawRecord Record(string value) => new()
    {
        Topic = "t", Partition = 0, Offset = 0, TimestampMilliseconds = 0, Key = "key"u8.ToArray(), Value = Encoding.UTF8.GetBytes(value),
        Headers = [new RecordHeader("h", "v"u8.ToArray())],
    };
}
