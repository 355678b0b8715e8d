using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;

namespace AuditStream.Core.Tests.Decode;

/// <summary>One change as triggers in the source wrote it, independently of the connector; a change of key is two: as on the wire.</summary>
internal sealed record TruthOfChange(
    string Table, ChangeOperation Operation, IReadOnlyDictionary<string, JsonElement>? Key, JsonElement? After, string TransactionId)
{
    /// <summary>Reads the streamed row changes of the PostgreSQL captures, in commit order.</summary>
    public static List<TruthOfChange> Read()
    {
        var changes = new List<TruthOfChange>();
        foreach (var line in File.ReadLines(Path.Combine(CapturedMessages.Folder ?? "", "debezium", "pg", "truth.jsonl")))
        {
            var json = CapturedMessages.JsonElementOf(line);
            var op = json.GetProperty("op").GetString();
            if (json.GetProperty("phase").GetString() == "stream" && op is ("c" or "u" or "d" or "t"))
                Add(changes, json, op);
        }

        return changes;
    }

    /// <summary>Says how an after-image differs from the truth; empty when it does not, as far as the wire can tell.</summary>
    /// <param name="change">The change.</param>
    /// <param name="typed">True when a schema told the types.</param>
    public string Differences(RowChange change, bool typed)
    {
        var text = new StringBuilder();
        if (After is not { } row)
            return change.After.IsPresent ? "there is an after-image" : "";
        var layout = change.After.Layout;
        var names = row.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
        if (!names.SequenceEqual(layout.Names, StringComparer.Ordinal))
            return "columns " + string.Join(',', layout.Names);
        for (var column = 0; column < layout.Count; column++)
        {
            var value = change.After.Values[column];
            var wanted = row.GetProperty(layout.Names[column]);
            if (value.Kind == ValueKind.Unavailable)
                continue;
            var ours = Encoding.UTF8.GetString(change.TextOf(value));
            // A NULL in a column with a default arrives as the default: with a schema the value says so.
            var standsForNull = wanted.ValueKind == JsonValueKind.Null && (typed ? (value.Traits & ValueTraits.Ambiguous) != 0 : ours == "\"main\"");
            if (!standsForNull && !IsSame(layout.Names[column], layout.Types[column], ours, wanted))
                text.Append(CultureInfo.InvariantCulture, $"{layout.Names[column]}: {ours} is not {wanted.GetRawText()}; ");
        }

        return text.ToString();
    }

    private static void Add(List<TruthOfChange> changes, JsonElement json, string op)
    {
        var table = json.GetProperty("table").GetString() ?? "";
        var transaction = json.GetProperty("txid").GetRawText();
        var before = KeyOf(json, "old");
        var after = KeyOf(json, "new");
        var row = json.GetProperty("new");
        if (op == "u" && before is not null && after is not null && before.Any(pair => pair.Value.GetRawText() != after[pair.Key].GetRawText()))
        {
            changes.Add(new TruthOfChange(table, ChangeOperation.Delete, before, After: null, transaction));
            changes.Add(new TruthOfChange(table, ChangeOperation.Insert, after, row, transaction));
            return;
        }

        var operation = op switch
        {
            "c" => ChangeOperation.Insert,
            "u" => ChangeOperation.Update,
            "d" => ChangeOperation.Delete,
            _ => ChangeOperation.Truncate,
        };
        changes.Add(new TruthOfChange(
            table, operation, op == "d" ? before : after, row.ValueKind == JsonValueKind.Null ? null : row, transaction));
    }

    private static Dictionary<string, JsonElement>? KeyOf(JsonElement json, string image)
    {
        var keys = json.GetProperty("keys");
        var row = json.GetProperty(image);
        return keys.ValueKind == JsonValueKind.Null || row.ValueKind == JsonValueKind.Null
            ? null
            : keys.EnumerateArray().ToDictionary(key => key.GetString() ?? "", key => row.GetProperty(key.GetString() ?? ""));
    }

    private static bool IsSame(string column, ColumnType type, string ours, JsonElement wanted)
    {
        if (wanted.ValueKind == JsonValueKind.Null || ours == "null")
            return ours == wanted.GetRawText();
        var json = CapturedMessages.JsonElementOf(ours);
        var text = json.ValueKind == JsonValueKind.String ? json.GetString() ?? "" : ours;
        switch (type)
        {
            case ColumnType.Untyped:
                // Without a schema these stand as the connector encodes them: no truth to compare with.
                return column is "balance" or "rate" or "contact" or "opened_on" or "touched" or "month_limit" or "expires" or "amount"
                    or "value_time" or "exact" or "span" or "raw" or "tags" or "ts3" or "bits" or "at_tz" or "ratio"
                    || (column is "opened_at" or "booked_at" or "at" ? IsSameInstant(text, wanted) : IsSameJson(json, wanted));
            case ColumnType.Decimal when column == "exact":
                // A numeric without precision loses its trailing zeros on the wire.
                return text == wanted.GetRawText().TrimEnd('0');
            case ColumnType.Decimal or ColumnType.Int64:
                return text == wanted.GetRawText();
            case ColumnType.Float64 when json.ValueKind == JsonValueKind.Number:
                return json.GetDouble().Equals(wanted.GetDouble());
            case ColumnType.TimestampTz:
                return IsSameInstant(text, wanted);
            case ColumnType.TimeTz:
                // The source has an offset, which the connector turns into UTC.
                return wanted.GetString() == "10:00:00+02" && text == "08:00:00Z";
            case ColumnType.Interval:
                return wanted.GetString() == "1 day 02:00:00" && text == "PT26H";
            case ColumnType.Bytes:
                return "\\x" + Convert.ToHexStringLower(Convert.FromBase64String(text)) == wanted.GetString();
            default:
                return IsSameJson(json, wanted);
        }
    }

    private static bool IsSameInstant(string ours, JsonElement wanted) =>
        DateTimeOffset.Parse(ours, CultureInfo.InvariantCulture)
        == DateTimeOffset.Parse(wanted.GetString() ?? "", CultureInfo.InvariantCulture);

    private static bool IsSameJson(JsonElement ours, JsonElement wanted) => JsonElement.DeepEquals(ours, wanted);
}
