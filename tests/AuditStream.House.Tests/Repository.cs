using System.Runtime.CompilerServices;

namespace AuditStream.House.Tests;

/// <summary>The repository's own files, as the house tests read them.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    /// <summary>Every C# file below one of the root's folders, by path relative to the root, build output left out.</summary>
    public static IEnumerable<string> CSharpFiles(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? "";
}
