using System.Text.RegularExpressions;

namespace AuditStream.House.Tests;

/// <summary>Holds the shape of files: length, one type a file, namespace equal to the folder, nothing left over.</summary>
public sealed partial class ShapeTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 70;
    private const int MaxLineColumns = 160;

    [Fact]
    public void No_file_passes_400_lines() =>
        Repository.CSharpFiles("src", "tests").Select(file => (file, lines: Repository.Lines(file).Length))
            .Where(entry => entry.lines > MaxFileLines).Select(entry => $"{entry.file}: {entry.lines}").ShouldBeEmpty();

    [Fact]
    public void No_method_passes_70_lines() =>
        Repository.CSharpFiles("src", "tests").SelectMany(LongBlocks).ShouldBeEmpty();

    [Fact]
    public void No_line_passes_160_columns() =>
        (from file in Repository.CSharpFiles("src", "tests")
         from entry in Repository.Lines(file).Select((line, index) => (line, number: index + 1))
         where entry.line.Length > MaxLineColumns && !entry.line.Contains('"') // a text is not broken for the sake of a column
         select $"{file}:{entry.number}").ShouldBeEmpty();

    [Fact]
    public void Namespaces_equal_folders()
    {
        var strangers =
            from file in Repository.CSharpFiles("src", "tests")
            let declared = Repository.Lines(file).Select(line => FileScopedNamespace().Match(line)).FirstOrDefault(match => match.Success)
            where declared is not null
            let expected = string.Join('.', file.Split('/')[1..^1])
            where declared.Groups[1].Value != expected
            select $"{file}: {declared.Groups[1].Value}";
        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void Files_are_named_after_their_type()
    {
        var strangers =
            from file in Repository.CSharpFiles("src")
            let name = Path.GetFileNameWithoutExtension(file).Split('.')[0]
            let types = Repository.Lines(file).Select(line => TopLevelType().Match(line)).Where(match => match.Success)
                .Select(match => match.Groups[1].Value).ToArray()
            where types.Length > 1 || (types.Length == 1 && types[0] != name)
            select $"{file}: {string.Join(", ", types)}";
        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_is_left_to_be_done_later() =>
        (from file in Repository.CSharpFiles("src", "tests")
         where !file.EndsWith("/ShapeTests.cs", StringComparison.Ordinal)
         from entry in Repository.Lines(file).Select((line, index) => (line, number: index + 1))
         where LeftOver().IsMatch(entry.line)
         select $"{file}:{entry.number}: {entry.line.Trim()}").ShouldBeEmpty();

    [Fact]
    public void Logging_is_source_generated_only() =>
        (from file in Repository.CSharpFiles("src")
         from entry in Repository.Lines(file).Select((line, index) => (line, number: index + 1))
         where DirectLog().IsMatch(entry.line)
         select $"{file}:{entry.number}: {entry.line.Trim()}").ShouldBeEmpty();

    [Fact]
    public void The_readme_fits_on_120_lines() => Repository.Lines("README.md").Length.ShouldBeLessThanOrEqualTo(120);

    [Fact]
    public void Nothing_lives_at_the_root_that_is_not_listed()
    {
        string[] listed =
        [
            ".ci", ".editorconfig", ".gitattributes", ".gitignore", "AuditStream.sln", "Directory.Build.props", "Directory.Packages.props",
            "LICENSE", "README.md", "compose", "deploy", "dev", "docs", "schemas", "src", "tests",
        ];
        string[] local = [".git", "Directory.Local.props", "artifacts", ".vs", ".idea", ".vscode"];
        Directory.EnumerateFileSystemEntries(Repository.Root).Select(Path.GetFileName).Except(local).Except(listed).ShouldBeEmpty();
    }

    /// <summary>Blocks in braces behind a header with parentheses: a method, or a part of one, so never longer than a method may be.</summary>
    private static IEnumerable<string> LongBlocks(string file)
    {
        var lines = Repository.Lines(file);
        for (var start = 1; start < lines.Length; start++)
        {
            if (lines[start].Trim() != "{")
                continue;
            var indent = lines[start].Length - 1;
            var header = lines[..start].Reverse().TakeWhile((line, index) => index == 0 || Indent(line) > indent).Append(lines[start - 1]);
            if (TypeHeader().IsMatch(lines[start - 1]) || !header.Any(line => line.Contains('(')))
                continue;
            var end = Array.FindIndex(lines, start, line => line.StartsWith(new string(' ', indent) + "}", StringComparison.Ordinal));
            if (end - start + 1 > MaxMethodLines)
                yield return $"{file}:{start}: {end - start + 1} lines";
        }
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"^(?:public |internal |file )?(?:(?:static|sealed|abstract|partial|readonly|ref) )*(?:class|struct|interface|enum|record(?: struct| class)?) (\w+)")]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|namespace)\b")]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException|Skip\s*=\s*""|Thread\.Sleep|Task\.Delay\(\d")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectLog();
}
