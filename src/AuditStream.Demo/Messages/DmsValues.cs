using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Core.Decode;

namespace AuditStream.Demo.Messages;

/// <summary>Values of a decoded row as AWS documents that DMS writes them for PostgreSQL.</summary>
/// <remarks>
/// <code>
/// type                     here                      DMS
/// int64, decimal           "19.90"                   19.9
/// boolean                  true                      "t"
/// date                     "2025-06-02"              "2025-06-02"
/// timestamp, timestamptz   "2025-06-02T10:15:00.5"   "2025-06-02T10:15:00.5Z"
/// bytes                    "yv4="                    "0xCAFE"
/// json, arrays             {"a":1}                   "{\"a\":1}"
/// </code>
/// </remarks>
internal static class DmsValues
{
    // The bank's connector sends no schemas: its columns that are no texts or small numbers.
    private static readonly Dictionary<string, ColumnType> withoutSchema = new(StringComparer.Ordinal)
    {
        ["bank.accounts.balance"] = ColumnType.Decimal,
        ["bank.accounts.overdraft"] = ColumnType.Decimal,
        ["bank.accounts.opened_on"] = ColumnType.Date,
        ["bank.accounts.last_booking"] = ColumnType.TimestampTz,
        ["bank.transfers.amount"] = ColumnType.Decimal,
        ["bank.transfers.booked_at"] = ColumnType.Timestamp,
    };

    /// <summary>The type of a column: what its schema says, or what is known of the bank's.</summary>
    public static ColumnType TypeOf(TableReference table, string column, ColumnType type) =>
        type == ColumnType.Untyped ? withoutSchema.GetValueOrDefault($"{table.Schema}.{table.Table}.{column}") : type;

    /// <summary>Writes a value as DMS does.</summary>
    /// <param name="text">The value in canonical JSON.</param>
    /// <param name="type">Its type.</param>
    public static string Write(string text, ColumnType type)
    {
        if (text == "null")
            return text;
        switch (type)
        {
            case ColumnType.Int64:
                return Bare(text);
            case ColumnType.Decimal:
                var digits = Bare(text);
                return digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;
            case ColumnType.Date when text[0] != '"':
                return Quote(DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(int.Parse(text, CultureInfo.InvariantCulture))
                    .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            case ColumnType.Timestamp when text[0] != '"':
                return Quote(Instant(long.Parse(text, CultureInfo.InvariantCulture)));
            case ColumnType.Timestamp or ColumnType.TimestampTz:
                return Quote(Shortest(Bare(text)));
            case ColumnType.Bytes:
                return Quote("0x" + Convert.ToHexString(Convert.FromBase64String(Bare(text))));
            case ColumnType.Array:
                return Quote("{" + string.Join(',', JsonNode.Parse(text) is JsonArray elements ? elements.Select(element => element?.ToString() ?? "NULL") : []) + "}");
            case ColumnType.Json:
                return Quote(text);
            default:
                return text is "true" or "false" ? Quote(text[..1]) : text;
        }
    }

    /// <summary>An instant with microseconds, as DMS writes its own times.</summary>
    public static string Precise(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A JSON string.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }
        return quoted.Append('"').ToString();
    }

    private static string Instant(long microseconds) => Shortest(Precise(microseconds));

    // With as much of a fraction as it needs, and always with Z, whether or not the column has a zone.
    private static string Shortest(string time)
    {
        var local = time.TrimEnd('Z');
        return (local.Contains('.', StringComparison.Ordinal) ? local.TrimEnd('0').TrimEnd('.') : local) + "Z";
    }

    private static string Bare(string text) => text.Trim('"');
}
