using System.Text.RegularExpressions;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>The functions that the migrations of this program make, and whether the database has just these.</summary>
/// <remarks>Purpose: who replaces <c>audit.self_check</c> or <c>audit.refuse_change</c> blinds the check that would say so; the program knows their
/// texts. Design: the last <c>CREATE FUNCTION</c> of each name in the files is compared with <c>pg_proc.prosrc</c>, which PostgreSQL keeps as it was
/// given.</remarks>
internal static partial class SchemaFunctions
{
    private const string Sql = "SELECT proname::text, prosrc FROM pg_catalog.pg_proc WHERE pronamespace = 'audit'::regnamespace ORDER BY proname";

    /// <summary>The text of each function by its name, after the given migrations.</summary>
    public static IReadOnlyDictionary<string, string> Expected(IEnumerable<Migration> migrations)
    {
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var migration in migrations)
        {
            foreach (Match match in Statement().Matches(migration.Sql))
            {
                if (match.Groups["dropped"].Success)
                    _ = expected.Remove(match.Groups["dropped"].Value);
                else
                    expected[match.Groups["made"].Value] = match.Groups["text"].Value;
            }
        }
        return expected;
    }

    /// <summary>What differs; nothing where the database is at another migration than this program.</summary>
    public static async Task<IReadOnlyList<StoreProblem>> DifferencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var migrations = Migration.Embedded();
        var (lacking, newest) = await StoreCheck.MissingMigrationsAsync(connection, cancellationToken).ConfigureAwait(false);
        if (lacking.Count > 0 || newest != migrations.Where(migration => migration.RunsOnce).Max(migration => migration.Number))
            return [];
        var missing = new Dictionary<string, string>(Expected(migrations), StringComparer.Ordinal);
        var expected = new Dictionary<string, string>(missing, StringComparer.Ordinal);
        var problems = new List<StoreProblem>();
        await using (var command = new NpgsqlCommand(Sql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var name = reader.GetString(0);
                _ = missing.Remove(name);
                if (!expected.TryGetValue(name, out var text))
                    problems.Add(new StoreProblem($"audit.{name}", "no migration makes this function"));
                else if (!string.Equals(text, reader.GetString(1), StringComparison.Ordinal))
                    problems.Add(new StoreProblem($"audit.{name}", "it is not the function that the migrations make"));
            }
        }
        problems.AddRange(missing.Keys.Select(name => new StoreProblem($"audit.{name}", "this function is missing")));
        return problems;
    }

    [GeneratedRegex(@"^DROP FUNCTION (?:IF EXISTS )?audit\.(?<dropped>\w+)|^CREATE (?:OR REPLACE )?FUNCTION audit\.(?<made>\w+)\(.*?\bAS (?<quote>\$\w*\$)(?<text>.*?)\k<quote>",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Statement();
}
