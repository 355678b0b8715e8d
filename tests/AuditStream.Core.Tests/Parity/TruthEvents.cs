using System.Globalization;
using System.Text.Json.Nodes;

namespace AuditStream.Core.Tests.Parity;

/// <summary>The events that a history should give, as a dialect with some limits can tell it.</summary>
internal static class TruthEvents
{
    /// <summary>Writes them, a line each.</summary>
    public static List<string> Write(MadeHistory history, IReadOnlyList<Limit> limits)
    {
        IEnumerable<SaidChange> said = SaidChange.All(history);
        foreach (var limit in limits.Where(limit => limit.Changes is not null))
            said = said.SelectMany(limit.Changes.ShouldNotBeNull()).ToList();
        string Form(ModelColumn column, string? value) =>
            limits.Select(limit => limit.Value?.Invoke(column, value)).LastOrDefault(form => form is not null) ?? WholeForm(column, value);
        var lines = new List<string>();
        foreach (var change in SaidChange.Numbered(said))
        {
            var told = Tell(change, Form);
            foreach (var limit in limits)
                limit.Event?.Invoke(change, told);
            lines.Add(EventText.Of(told));
        }

        return lines;
    }

    /// <summary>The name of a column's type where the record tells it.</summary>
    public static string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Unsigned64 or ColumnKind.Decimal => "decimal",
        ColumnKind.Double => "float64",
        ColumnKind.Text => "string",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A moment with microseconds; with no fraction of them where there is none.</summary>
    public static string Moment(long microseconds, string format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'") =>
        DateTime.UnixEpoch.AddMicroseconds(microseconds).ToString(format, CultureInfo.InvariantCulture);

    private static string WholeForm(ModelColumn column, string? value) => (column.Kind, value) switch
    {
        (_, null) => "null",
        (ColumnKind.Int32 or ColumnKind.Boolean, _) => value,
        (ColumnKind.Double, _) => double.Parse(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        // A blank tells JSON's own null, and it alone, from NULL.
        (ColumnKind.Json, "null") => "null ",
        (ColumnKind.Json, _) => EventText.Of(JsonNode.Parse(value)),
        (ColumnKind.Bytes, _) => EventText.Quote(Convert.ToBase64String(Convert.FromHexString(value))),
        _ => EventText.Quote(value),
    };

    private static JsonObject Tell(SaidChange change, Func<ModelColumn, string?, string> form)
    {
        var told = new JsonObject
        {
            ["operation"] = change.Operation,
            ["occurred_at"] = Moment(change.Microseconds),
            ["occurred_from"] = change.TransactionId is null ? "capture" : "commit",
            ["identity"] = change.TransactionId is null ? "medium" : "strong",
        };
        if (change.TransactionId is { } id)
            told["transaction"] = new JsonObject { ["id"] = id.ToString(CultureInfo.InvariantCulture) };
        if (change.Operation == "transaction")
        {
            told["event_count"] = change.Order;
            return told;
        }

        if (change.TransactionId is not null)
            told["transaction"].ShouldNotBeNull()["order"] = change.Order;
        told["table"] = $"{ModelTable.Schema}.{change.Table}";
        told["key"] = Key(change.After ?? change.Before);
        if (change.MovedFrom is not null)
            told["previous_key"] = Key(change.MovedFrom);
        if (change.MovedTo is not null)
            told["next_key"] = Key(change.MovedTo);
        TellImages(change, form, told);
        if (change.Operation is "insert" or "update" or "delete")
            TellChanges(change, form, told);
        return told;
    }

    private static void TellImages(SaidChange change, Func<ModelColumn, string?, string> form, JsonObject told)
    {
        told["images"] = new JsonObject
        {
            ["before"] = change.Before is null ? "none" : "full",
            ["after"] = change.After is null ? "none" : "full",
            ["before_from"] = change.Before is null ? "none" : "record",
        };
        foreach (var (name, row) in new[] { ("before", change.Before), ("after", change.After) })
        {
            if (row is not null)
            {
                told[name] = new JsonObject(ModelTable.Columns.Select((column, place) =>
                    KeyValuePair.Create(column.Name, JsonNode.Parse(form(column, row[place])))));
            }
        }
    }

    private static void TellChanges(SaidChange change, Func<ModelColumn, string?, string> form, JsonObject told)
    {
        var changes = new JsonArray();
        for (var place = 0; place < ModelTable.Columns.Count; place++)
        {
            var column = ModelTable.Columns[place];
            var old = change.Before is null ? null : form(column, change.Before[place]);
            var now = change.After is null ? null : form(column, change.After[place]);
            if (old == now)
                continue;
            var entry = new JsonObject { ["field"] = column.Name, ["type"] = TypeOf(column.Kind) };
            if (old is not null)
                entry["old"] = JsonNode.Parse(old);
            if (now is not null)
                entry["new"] = JsonNode.Parse(now);
            changes.Add(entry);
        }

        var sorted = changes.OrderBy(entry => entry?["field"]?.GetValue<string>(), StringComparer.Ordinal).ToList();
        told["changed"] = new JsonArray([.. sorted.Select(entry => entry?["field"]?.DeepClone())]);
        told["changed_is"] = "all";
        told["changes"] = new JsonArray([.. sorted.Select(entry => entry?.DeepClone())]);
    }

    private static JsonObject? Key(string?[]? row) => row is null
        ? null
        : new JsonObject(ModelTable.Key.Select(name => KeyValuePair.Create(name, (JsonNode?)row[ModelTable.PlaceOf(name)])));
}
