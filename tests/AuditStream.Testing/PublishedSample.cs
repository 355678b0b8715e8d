using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditStream.Testing;

/// <summary>A message from public documentation or a capture, with what it means.</summary>
/// <param name="Path">The file of the message.</param>
/// <param name="Expected">What it means: the members that <c>published/README.md</c> explains.</param>
public sealed partial record PublishedSample(string Path, JsonElement Expected)
{
    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads the samples of one folder of <c>shared/fixtures/published</c>.</summary>
    public static IReadOnlyList<PublishedSample> Read(string folder)
    {
        var path = System.IO.Path.Combine(SharedFolder.Fixtures ?? "", "published", folder);
        var blocks = Block().Matches(File.ReadAllText(System.IO.Path.Combine(path, "expected.md")));
        return [.. blocks.Select(block => new PublishedSample(
            System.IO.Path.Combine(path, block.Groups["file"].Value), JsonSerializer.Deserialize<JsonElement>(block.Groups["json"].Value)))];
    }

    [GeneratedRegex(@"### (?<file>\S+)[^\n]*\s+```json\s(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
