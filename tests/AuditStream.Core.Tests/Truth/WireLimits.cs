using System.Globalization;

namespace AuditStream.Core.Tests.Truth;

/// <summary>Why events of the captures do not have all that the triggers saw: all of it. A line, or a place of a line, that is not needed fails the
/// test, as does a difference without a line.</summary>
internal static class WireLimits
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<WireLimit> Table { get; } =
    [
        // Values.
        new("a NULL arrives as the column's default", "* bank.accounts.label", "mariadb-a-json bankm.accounts.label")
        {
            Value = (truth, told) => truth == Meaning.Null && told == "main",
        },
        new("a TOASTed value that did not change is withheld", "* bank.statements.content") { Value = (_, told) => told is null },
        new("a numeric without precision loses its zeros at the end", "* bank.measures.exact") { Value = (truth, told) => truth.TrimEnd('0') == told },
        new("a time with offset is moved to UTC", "* bank.measures.at_tz")
        {
            Value = (truth, told) => truth == "10:00:00+02" && told == "08:00:00Z",
        },
        new("decimals are written as double", "pg-d-unwrap bank.accounts.balance", "pg-d-unwrap bank.accounts.rate", "pg-d-unwrap bank.cards.month_limit",
            "pg-d-unwrap bank.transfers.amount")
        {
            Value = (truth, told) => Number(truth) == Number(told ?? ""),
        },
        new("times are cut to milliseconds", "pg-d-unwrap bank.accounts.touched")
        {
            Value = (truth, told) => truth[..^3] + "000" == told,
        },

        // Rows before.
        new("the replica identity is the key", "* bank.accounts", "* bank.transfers", "* bank.statements", "* bank.staging", "* bank.dbz_heartbeat")
        {
            Before = (row, extent) => extent == (row.Operation == "delete" ? "key" : "none"),
        },
        new("the envelope was taken away", "pg-d-unwrap bank.cards", "pg-d-unwrap bank.measures")
        {
            Before = (row, extent) => row.Operation == "update" && extent == "none",
        },

        // Rows of the truth without an event.
        new("the connector leaves the table out", "pg-b-json-schema bank.*") { NoEvent = _ => true },
        new("PostgreSQL's log has no definitions", "pg-a-json ", "pg-b-json-schema ", "pg-d-unwrap ", "pg-e-avro ")
        {
            NoEvent = row => row.Operation == "schema",
        },
        new("the transform drops truncates", "pg-d-unwrap bank.staging") { NoEvent = row => row.Operation == "truncate" },
        new("an update that changes nothing is not logged", "mariadb-a-json bankm.accounts")
        {
            NoEvent = row => row.Operation == "update" && row.Old.ToString() == row.New.ToString(),
        },

        // Events without a row of the truth.
        new("the end of a transaction is no row", "pg-a-json ", "mariadb-a-json ") { NoTruth = told => told.Operation == "transaction" },
        new("a snapshot reads a row again", "pg-a-json bank.cards") { NoTruth = told => told.Operation == "snapshot" },
        new("a truncate is a statement to the trigger, and a change to the connector", "mariadb-a-json ", "mariadb-a-json bankm.staging")
        {
            NoEvent = row => row.Info == "TRUNCATE TABLE staging", NoTruth = told => told.Operation == "truncate",
        },
        new("statements of other tables, and of the triggers themselves", "mariadb-a-json ") { NoTruth = told => told.Operation == "schema" },
    ];

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
