using System.Text.RegularExpressions;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.Deployment;

/// <summary>What compose/README.md tells people to type.</summary>
internal static partial class ReadmeCommands
{
    private static readonly string text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "compose", "README.md"));

    /// <summary>The SQL of the one psql command for a service.</summary>
    internal static string Sql(string service) => Psql().Matches(text).Single(match => match.Groups[1].Value == service).Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal);

    /// <summary>The arguments that kafka-consumer-groups.sh gets, the broker's address left out.</summary>
    internal static string[] ResetGroup() => Groups().Match(text).Groups[1].Value.Trim().Split(' ');

    [GeneratedRegex("""^docker compose exec (\w+) psql -U \w+ \w+ -c "((?:[^"\\]|\\.)*)"$""", RegexOptions.Multiline)]
    private static partial Regex Psql();

    [GeneratedRegex(@"kafka-consumer-groups\.sh --bootstrap-server kafka:9092 ([^&]+)&&")]
    private static partial Regex Groups();
}
