using System.Text.RegularExpressions;
using AuditStream.App.Configuration;

namespace AuditStream.House.Tests.Documentation;

/// <summary>Holds every page: links lead somewhere, settings exist, prose fits the column.</summary>
public sealed partial class MarkdownTests
{
    private const int MaxColumns = 170;

    private static IEnumerable<string> Pages => Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Where(file => file == "README.md" || file.StartsWith("docs/", StringComparison.Ordinal) || file.StartsWith("compose/", StringComparison.Ordinal));

    [Fact]
    public void Links_lead_somewhere() =>
        (from page in Pages
         from Match link in Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
         let target = link.Groups[1].Value.Split('#')[0]
         where target.Length > 0 && !target.StartsWith("http", StringComparison.Ordinal)
         where !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(page) ?? "", target))
         select $"{page}: {target}").ShouldBeEmpty();

    [Fact]
    public void Settings_that_are_named_exist()
    {
        var sections = ConfigurationCatalog.All.SelectMany(key => Prefixes(key.Path)).ToHashSet(StringComparer.Ordinal);
        (from page in Pages
         from Match name in Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
         let key = Index().Replace(name.Groups[1].Value, ":[n]")
         where sections.Any(section => section.StartsWith(key.Split(':')[0] + ":", StringComparison.Ordinal)) // else it is no setting of ours
         where !sections.Contains(key) && !key.StartsWith("Kafka:Client:", StringComparison.Ordinal)
         select $"{page}: {key}").ShouldBeEmpty();
    }

    [Fact]
    public void Prose_fits_the_column() =>
        (from page in Pages
         from entry in Repository.Lines(page).Select((line, index) => (line, number: index + 1))
         where entry.line.Length > MaxColumns && !entry.line.StartsWith('|') && !entry.line.StartsWith("docker ", StringComparison.Ordinal)
         select $"{page}:{entry.number}").ShouldBeEmpty();

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var end = path.IndexOf(':', StringComparison.Ordinal); end > 0; end = path.IndexOf(':', end + 1))
            yield return path[..end];
        yield return path;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([A-Z][A-Za-z]+(?::(?:[A-Za-z]+|\[n\]|n|\d+|\{[^}`]+\}))+)`")]
    private static partial Regex Setting();

    [GeneratedRegex(@":(?:n|\d+)(?=:|$)")]
    private static partial Regex Index();
}
