using System.Text.RegularExpressions;
using AuditStream.App.CommandLine;
using AuditStream.Core.Flow;

namespace AuditStream.House.Tests.Documentation;

/// <summary>Holds docs/OPERATING.md complete: what the program can say at night stands in it.</summary>
public sealed partial class OperatingTests
{
    private static readonly string[] lines = Repository.Lines("docs/OPERATING.md");

    [Fact]
    public void Every_metric_is_explained()
    {
        var approved = Repository.Lines("tests/AuditStream.House.Tests/Approved/metric-names.txt").Select(line => line.Split(' ')[0]);
        FirstColumn("Metrics").Order(StringComparer.Ordinal).ShouldBe(approved.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_metric_has_its_unit()
    {
        var said = Rows("Metrics").Where(row => row[0].Contains('`')).ToDictionary(row => row[0].Trim(' ', '`'), row => row[1].Trim());
        var counted = 0;
        foreach (Match match in Repository.CSharpFiles("src").SelectMany(file => Instrument().Matches(string.Join('\n', Repository.Lines(file)))))
        {
            var unit = match.Groups[2].Value.Trim('{', '}');
            said[match.Groups[1].Value].ShouldBe(unit switch { "s" => "seconds", "retry" => "retries", "breach" => "breaches", _ => unit + "s" });
            counted++;
        }
        counted.ShouldBe(said.Count);
    }

    [Fact]
    public void Every_metric_of_an_alarm_exists()
    {
        var known = Repository.Lines("tests/AuditStream.House.Tests/Approved/metric-names.txt")
            .Select(line => line.Split(' ')[0].Replace('.', '_')).ToHashSet();
        var named = Rows("Alarms").SelectMany(row => Prometheus().Matches(row[0]).Select(match => match.Value)).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(10);
        named.Where(name => !known.Contains(Ending().Replace(name, ""))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_line_that_warns_or_tells_an_error_says_what_to_do()
    {
        var lines = Repository.CSharpFiles("src").SelectMany(file => LogLine().Matches(string.Join('\n', Repository.Lines(file))))
            .Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal).ToList();
        lines.Count.ShouldBeGreaterThan(20);
        FirstColumn("What the log says").Order(StringComparer.Ordinal).ShouldBe(lines);
    }

    [Fact]
    public void Every_rejection_code_and_skip_reason_says_what_to_do()
    {
        var plan = string.Join('\n', Repository.Lines("src/AuditStream.Postgres/BatchPlan.cs"));
        var ofStore = StoreReason().Matches(plan).Select(match => match.Groups[1].Value).ToList();
        ofStore.Count.ShouldBe(4);
        var rejections = Enum.GetValues<RejectionCode>().Skip(1).Select(WireName.Of);
        var skips = Enum.GetValues<SkipReason>().Skip(1).Select(WireName.Of);
        FirstColumn("Reason codes").Order().ShouldBe(rejections.Concat(skips).Concat(ofStore).Order());
    }

    [Fact]
    public void Every_exit_code_is_explained() =>
        Rows("Exit codes").Select(row => row[0].Trim()).Where(cell => cell.Length == 1)
            .ShouldBe(typeof(ExitCode).GetFields().Select(field => field.GetRawConstantValue()?.ToString()));

    /// <summary>The names in code in the first column of a chapter's tables.</summary>
    private static IEnumerable<string> FirstColumn(string chapter) =>
        Rows(chapter).SelectMany(row => Code().Matches(row[0]).Select(match => match.Groups[1].Value));

    private static IEnumerable<string[]> Rows(string chapter) => lines.SkipWhile(line => line != $"## {chapter}").Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|'));

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"Create\w+(?:<\w+>)?\(\s*""(auditstream\.[^""]+)"",(?: \w+,)? ""([^""]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"auditstream_\w+")]
    private static partial Regex Prometheus();

    // What PrometheusName adds for the kind and the unit, and a histogram for its series.
    [GeneratedRegex("(_total|_seconds(_bucket|_sum|_count)?|_bytes)$")]
    private static partial Regex Ending();

    [GeneratedRegex(@"LoggerMessage\((\d+), LogLevel\.(?:Warning|Error|Critical)")]
    private static partial Regex LogLine();

    [GeneratedRegex(@"=> ""([a-z-]+)""")]
    private static partial Regex StoreReason();
}
