namespace AuditStream.Core.Tests.Types;

/// <summary>Holds docs/TYPES.md true and complete.</summary>
public sealed class TypesPageTests
{
    private const string Page = "docs/TYPES.md";

    [Fact]
    public void The_page_says_what_the_program_does()
    {
        var written = TypesPage.Write();
        var path = RepositoryRoot.PathOf(Page);
        if (Environment.GetEnvironmentVariable("AUDITSTREAM_APPROVE") == "1")
            File.WriteAllText(path, written);
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        var became = written.TrimEnd('\n').Split('\n');
        string[] difference = [.. lines.Except(became).Select(line => "- " + line), .. became.Except(lines).Select(line => "+ " + line)];
        lines.SequenceEqual(became).ShouldBeTrue(
            $"{Page}: what becomes of a value changed; when that is meant, AUDITSTREAM_APPROVE=1 rewrites it.\n{string.Join('\n', difference)}");
    }

    [Fact]
    public void Every_source_has_every_type_once()
    {
        foreach (var (source, types) in TypesPage.Sources)
            types.Select(type => type.Name).ShouldBeUnique(source);
        TypesPage.Sources.Sum(source => source.Types.Length).ShouldBeGreaterThan(150);
    }
}
