using System.Text.RegularExpressions;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>The functions that the migrations of this program make, and whether the database has just these.</summary>
/// <remarks>Purpose: who replaces <c>audit.self_check</c> or <c>audit.refuse_change</c> blinds the check that would say so; the program knows their
/// texts. Design: the last <c>CREATE FUNCTION</c> of each name in the files is compared with the catalogue: its text, which PostgreSQL keeps as it was
/// given, whether it runs with its owner's rights, and its settings. It is compared with the files that <c>audit.migration</c> lists: what is listed
/// there and not known, or known and not listed, is told and switches nothing off.</remarks>
internal static partial class SchemaFunctions
{
    private const string Register = "audit.migration";
    private const string MigrationsSql = "SELECT number, name, checksum FROM audit.migration ORDER BY number";

    private const string Sql = "SELECT proname::text, prosrc, prosecdef, coalesce(proconfig, '{}') FROM pg_catalog.pg_proc "
        + "WHERE pronamespace = 'audit'::regnamespace ORDER BY proname";

    /// <summary>Each function by its name, after the given migrations.</summary>
    public static IReadOnlyDictionary<string, SchemaFunction> Expected(IEnumerable<Migration> migrations)
    {
        var expected = new Dictionary<string, SchemaFunction>(StringComparer.Ordinal);
        foreach (var migration in migrations)
        {
            foreach (Match match in Statement().Matches(migration.Sql))
            {
                if (match.Groups["dropped"].Success)
                    _ = expected.Remove(match.Groups["dropped"].Value);
                else
                    expected[match.Groups["made"].Value] = FunctionOf(match.Groups["text"].Value, match.Groups["head"].Value);
            }
        }
        return expected;
    }

    /// <summary>What differs.</summary>
    public static async Task<IReadOnlyList<StoreProblem>> DifferencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<StoreProblem>();
        var applied = await AppliedAsync(connection, problems, cancellationToken).ConfigureAwait(false);
        var expected = Expected(applied);
        var missing = expected.Keys.ToHashSet(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand(Sql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var name = reader.GetString(0);
                _ = missing.Remove(name);
                var found = new SchemaFunction(reader.GetString(1), reader.GetBoolean(2), Settings(reader.GetFieldValue<string[]>(3)));
                if (!expected.TryGetValue(name, out var function))
                    problems.Add(new StoreProblem($"audit.{name}", "no migration makes this function"));
                else
                    problems.AddRange(Differences(function, found).Select(difference => new StoreProblem($"audit.{name}", difference)));
            }
        }
        problems.AddRange(missing.Select(name => new StoreProblem($"audit.{name}", "this function is missing")));
        return problems;
    }

    /// <summary>The files of this program that the database lists, and a problem for each line there that is not one of them, or not as it was.</summary>
    private static async Task<List<Migration>> AppliedAsync(NpgsqlConnection connection, List<StoreProblem> problems, CancellationToken cancellationToken)
    {
        var known = Migration.Embedded().Where(migration => migration.RunsOnce).ToDictionary(migration => migration.Number);
        var applied = new List<Migration>();
        await using var command = new NpgsqlCommand(MigrationsSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!known.Remove(reader.GetInt32(0), out var migration))
                problems.Add(new StoreProblem(Register, $"it lists {reader.GetString(1)}, which this version does not know: a later one made it, or somebody added the line"));
            else if (!reader.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(migration.Checksum))
                problems.Add(new StoreProblem(Register, $"its checksum of {migration.Name} is not that of the file"));
            if (migration is not null)
                applied.Add(migration);
        }
        problems.AddRange(known.Values.OrderBy(migration => migration.Number).Select(migration => new StoreProblem(Register, $"it does not list {migration.Name}")));
        return applied;
    }

    private static IEnumerable<string> Differences(SchemaFunction expected, SchemaFunction found)
    {
        if (!string.Equals(expected.Text, found.Text, StringComparison.Ordinal))
            yield return "it is not the function that the migrations make";
        if (expected.RunsAsOwner != found.RunsAsOwner)
            yield return found.RunsAsOwner ? "it runs with its owner's rights, and should with its caller's" : "it runs with its caller's rights, and should with its owner's";
        if (!expected.Settings.SequenceEqual(found.Settings, StringComparer.Ordinal))
            yield return "its settings (search_path and others) are not those that the migrations make";
    }

    private static SchemaFunction FunctionOf(string text, string head) => new(text, head.Contains("SECURITY DEFINER", StringComparison.Ordinal),
        Settings(Setting().Matches(head).Select(match => $"{match.Groups["name"].Value}={match.Groups["value"].Value.Trim('\'')}")));

    // PostgreSQL keeps the names of settings in its own spelling: TimeZone.
    private static string[] Settings(IEnumerable<string> settings) =>
        [.. settings.Select(setting => setting.Split('=', 2) is [var name, var value] ? $"{name.ToLowerInvariant()}={value}" : setting).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^DROP FUNCTION (?:IF EXISTS )?audit\.(?<dropped>\w+)|^CREATE (?:OR REPLACE )?FUNCTION audit\.(?<made>\w+)\((?<head>.*?)\bAS (?<quote>\$\w*\$)(?<text>.*?)\k<quote>",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Statement();

    [GeneratedRegex(@"\bSET (?<name>[a-z_]+) = (?<value>.*?)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
