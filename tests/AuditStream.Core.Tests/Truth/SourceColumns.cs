namespace AuditStream.Core.Tests.Truth;

/// <summary>The columns of the captured tables that are no plain text, and the scales of their decimals.</summary>
internal static class SourceColumns
{
    private static readonly Dictionary<string, (SourceKind Kind, int Scale)> Columns = new(StringComparer.Ordinal)
    {
        ["bank.accounts.id"] = (SourceKind.Integer, 0),
        ["bank.accounts.balance"] = (SourceKind.Decimal, 2),
        ["bank.accounts.rate"] = (SourceKind.Decimal, 4),
        ["bank.accounts.contact"] = (SourceKind.Json, 0),
        ["bank.accounts.flags"] = (SourceKind.Array, 0),
        ["bank.accounts.active"] = (SourceKind.Boolean, 0),
        ["bank.accounts.opened_on"] = (SourceKind.Date, 0),
        ["bank.accounts.opened_at"] = (SourceKind.TimestampTz, 0),
        ["bank.accounts.touched"] = (SourceKind.Timestamp, 0),
        ["bank.cards.month_limit"] = (SourceKind.Decimal, 2),
        ["bank.cards.blocked"] = (SourceKind.Boolean, 0),
        ["bank.cards.expires"] = (SourceKind.Date, 0),
        ["bank.transfers.account_id"] = (SourceKind.Integer, 0),
        ["bank.transfers.number"] = (SourceKind.Integer, 0),
        ["bank.transfers.amount"] = (SourceKind.Decimal, 2),
        ["bank.transfers.booked_at"] = (SourceKind.TimestampTz, 0),
        ["bank.transfers.value_time"] = (SourceKind.Time, 0),
        ["bank.statements.id"] = (SourceKind.Integer, 0),
        ["bank.statements.pages"] = (SourceKind.Array, 0),
        ["bank.statements.rev"] = (SourceKind.Integer, 0),
        ["bank.journal.at"] = (SourceKind.TimestampTz, 0),
        ["bank.measures.id"] = (SourceKind.Integer, 0),
        ["bank.measures.ratio"] = (SourceKind.Double, 0),
        ["bank.measures.exact"] = (SourceKind.Numeric, 0),
        ["bank.measures.span"] = (SourceKind.Interval, 0),
        ["bank.measures.raw"] = (SourceKind.Bytes, 0),
        ["bank.measures.tags"] = (SourceKind.Json, 0),
        ["bank.measures.at_tz"] = (SourceKind.TimeTz, 0),
        ["bank.measures.ts3"] = (SourceKind.Timestamp3, 0),
        ["bank.measures.bits"] = (SourceKind.Bits, 12),
        ["bank.measures.big"] = (SourceKind.Integer, 0),
        ["bank.staging.id"] = (SourceKind.Integer, 0),
        ["bank.staging.w"] = (SourceKind.Integer, 0),
        ["bank.dbz_heartbeat.id"] = (SourceKind.Integer, 0),
        ["bank.dbz_heartbeat.at"] = (SourceKind.TimestampTz, 0),
        ["bankm.accounts.id"] = (SourceKind.Integer, 0),
        ["bankm.accounts.active"] = (SourceKind.Integer, 0),
        ["bankm.accounts.details"] = (SourceKind.Json, 0),
        ["bankm.accounts.balance"] = (SourceKind.Decimal, 2),
        ["bankm.accounts.opened"] = (SourceKind.Date, 0),
        ["bankm.accounts.created_at"] = (SourceKind.TimestampTz, 0),
        ["bankm.accounts.changed_at"] = (SourceKind.Timestamp3, 0),
        ["bankm.transfers.account_id"] = (SourceKind.Integer, 0),
        ["bankm.transfers.number"] = (SourceKind.Integer, 0),
        ["bankm.transfers.amount"] = (SourceKind.Decimal, 2),
        ["bankm.transfers.at"] = (SourceKind.Time, 0),
        ["bankm.transfers.raw"] = (SourceKind.Bytes, 0),
        ["bankm.transfers.bits"] = (SourceKind.Bits, 10),
        ["bankm.transfers.made"] = (SourceKind.Integer, 0),
        ["bankm.staging.id"] = (SourceKind.Integer, 0),
        ["bankm.staging.w"] = (SourceKind.Integer, 0),
    };

    /// <summary>What a column holds, and its scale or its number of bits.</summary>
    /// <param name="table">The table with its schema.</param>
    /// <param name="column">The column.</param>
    public static (SourceKind Kind, int Scale) Of(string table, string column) => Columns.GetValueOrDefault($"{table}.{column}");
}
