namespace AuditStream.App.CommandLine;

/// <summary>Asks a person before something that cannot be undone.</summary>
internal static class Asks
{
    /// <summary>Whether somebody said yes; false where nobody can be asked.</summary>
    public static bool Yes(TextWriter output, string question)
    {
        if (!ReferenceEquals(output, Console.Out) || Console.IsInputRedirected || Console.IsOutputRedirected)
            return false;
        output.Write($"{question} (yes/no) ");
        return string.Equals(Console.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
    }
}
