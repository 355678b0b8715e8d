namespace AuditStream.Testing;

/// <summary>A text that somebody has read and approved: a change shows up as a difference that somebody has to read.</summary>
/// <remarks>With AUDITSTREAM_APPROVE=1 in the environment the file is written anew instead of compared.</remarks>
public static class ApprovedText
{
    private const string Variable = "AUDITSTREAM_APPROVE";

    /// <summary>Compares a text with the approved file.</summary>
    /// <param name="path">The approved file.</param>
    /// <param name="actual">The text.</param>
    /// <param name="differences">What differs between the approved and the actual text, for people.</param>
    /// <returns>Null when they are the same, else what to read.</returns>
    public static string? Fault(string path, string actual, Func<string, string, IEnumerable<string>> differences)
    {
        actual = actual.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
            File.WriteAllText(path, actual);
        }
        var file = Path.GetFileName(path);
        if (!File.Exists(path))
            return $"{file} is not approved yet; {Variable}=1 writes it.";
        var approved = File.ReadAllText(path);
        return actual == approved
            ? null
            : $"{file} says something else than what is approved; when that is meant, {Variable}=1 rewrites it.\n{string.Join('\n', differences(approved, actual))}";
    }

    /// <summary>Lines that only one of two texts has.</summary>
    public static IEnumerable<string> Lines(string approved, string actual)
    {
        var (was, became) = (approved.Split('\n'), actual.Split('\n'));
        return [.. was.Except(became).Select(line => "- " + line), .. became.Except(was).Select(line => "+ " + line)];
    }
}
