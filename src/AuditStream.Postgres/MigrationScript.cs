using System.Globalization;
using System.Text;

namespace AuditStream.Postgres;

/// <summary>Migrations as one SQL script, for people who apply them themselves.</summary>
/// <remarks>What <see cref="Migrator"/> does, as text: one transaction, the same lock, the roles, each file with its line in <c>audit.migration</c>. Run twice, or
/// on another state of the database than the one it was made for, it ends with an error and changes nothing. Plain SQL: any tool that runs a script
/// as it is may apply it.</remarks>
internal static class MigrationScript
{
    private const string Head = """
        -- The audit store, as one transaction. Apply it with a login that may make roles and schemas (docs/STORE.md), all or nothing:
        --   psql -X -v ON_ERROR_STOP=1 -f FILE
        BEGIN;
        """;

    private const string Identity = """
        -- The fingerprint of the identity key: the store takes events of this key only, for ever.
        INSERT INTO audit.identity (fingerprint) VALUES ('{0}');
        """;

    // Runs as audit_owner, behind the file that becomes it: the login itself need not see the schema.
    private const string Guard = """
        DO $guard$
        BEGIN
          IF to_regclass('audit.migration') IS NOT NULL THEN
            IF EXISTS (SELECT FROM audit.migration WHERE number = ANY ('{0}'::integer[])) THEN
              RAISE EXCEPTION 'Migrations of this script ran here before: print it anew (auditstream migrate --dry-run).';
            END IF;
          END IF;
        END
        $guard$;
        """;

    /// <summary>Writes the script.</summary>
    /// <param name="migrations">All files of the program: the first and the last of them run in every script.</param>
    /// <param name="missing">The files that are to run, in order.</param>
    /// <param name="fingerprint">The identity key's fingerprint that is to be stored; null: none.</param>
    public static string Of(IReadOnlyList<Migration> migrations, IReadOnlyList<Migration> missing, string? fingerprint)
    {
        var script = new StringBuilder();
        Add(script, Head);
        Add(script, Migrator.LockSql + ";");
        Add(script, migrations[0]);
        Add(script, string.Format(CultureInfo.InvariantCulture, Guard, $"{{{string.Join(',', missing.Select(migration => migration.Number))}}}"));
        foreach (var migration in missing)
        {
            Add(script, migration);
            Add(script, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO audit.migration (number, name, checksum) VALUES ({migration.Number}, ")
                + $"'{migration.Name}', '\\x{Convert.ToHexStringLower(migration.Checksum)}');");
        }
        if (fingerprint is not null)
            Add(script, string.Format(CultureInfo.InvariantCulture, Identity, fingerprint));
        Add(script, migrations[^1]);
        Add(script, "COMMIT;");
        return script.ToString();
    }

    private static void Add(StringBuilder script, Migration migration)
    {
        Add(script, $"-- {migration.Name}");
        Add(script, migration.Sql.TrimEnd());
    }

    private static void Add(StringBuilder script, string part) => script.Append(part.ReplaceLineEndings("\n")).Append("\n\n");
}
