using System.Text.RegularExpressions;

namespace AuditStream.House.Tests;

/// <summary>Programs go by the codes of <c>auditstream check</c>: each is in its page, and the page has no other.</summary>
public sealed partial class CheckCodesTests
{
    [Fact]
    public void Every_code_of_a_finding_is_documented()
    {
        var made = Repository.CSharpFiles("src").SelectMany(file => Made().Matches(string.Join('\n', Repository.Lines(file)))).Select(match => match.Groups[1].Value)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        made.Count.ShouldBeGreaterThan(50);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "CHECK.md"));
        var documented = page[page.IndexOf("## What is tried", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => Documented().Matches(line.Split('|')[^2])).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        documented.ShouldBe(made);
    }

    [GeneratedRegex(@"Finding\.(?:Ok|Warning|Error)\(\s*[\w.]+,\s*""([a-z-]+)""")]
    private static partial Regex Made();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Documented();
}
