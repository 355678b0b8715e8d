using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace AuditStream.Core.Tests.Parity;

/// <summary>What the dialects cannot say, or say in another form than the whole truth: all of it. A line that is not needed fails the test, as does a
/// difference without a line.</summary>
internal static class Limits
{
    private static readonly string[] DebeziumForms = [Dialects.Json, Dialects.Schema, Dialects.Avro, Dialects.KeySchema];

    private static readonly string[] PlainForms = [Dialects.Json, Dialects.Dms, Dialects.PlainDms, Dialects.Maxwell];

    private static readonly string[] DmsForms = [Dialects.Dms, Dialects.PlainDms];

    private static readonly string[] WalForms = [Dialects.Wal1, Dialects.Wal2, Dialects.KeyWal2];

    private static readonly string[] Wal2Forms = [Dialects.Wal2, Dialects.KeyWal2];

    private static readonly ColumnKind[] Decimals = [ColumnKind.Decimal, ColumnKind.Unsigned64];

    private static readonly ColumnKind[] Timestamps = [ColumnKind.Timestamp, ColumnKind.TimestampTz];

    /// <summary>The table.</summary>
    public static IReadOnlyList<Limit> Table { get; } =
    [
        // Changes that are not told, or told otherwise.
        new("an update that moves a row to another key is a delete and an insert, linked", DebeziumForms) { Changes = InTwo },
        new("rows that were there before are not told", WalForms) { Changes = change => Unless(change, change.Operation == "snapshot") },
        new("a truncate is not told", Dialects.Dms, Dialects.PlainDms, Dialects.Csv, Dialects.Maxwell, Dialects.Wal1)
        {
            Changes = change => Unless(change, change.Operation == "truncate"),
        },
        new("the end of a transaction is not told", Dialects.Dms, Dialects.PlainDms, Dialects.Csv, Dialects.Maxwell, Dialects.Wal1)
        {
            Changes = change => Unless(change, change.Operation == "transaction"),
        },
        new("an update that changes nothing is not logged", Dialects.Maxwell)
        {
            Changes = change => Unless(change, change is { Operation: "update", Before: { } before, After: { } after } && before.SequenceEqual(after)),
        },

        // When, and where in the transaction.
        new("the end of a transaction is told in milliseconds", DebeziumForms) { Event = (_, told) => EndInMilliseconds(told) },
        new("times are in seconds", Dialects.Maxwell) { Event = (_, told) => Cut(told, digits: 0) },
        new("the place in the transaction is not told", Dialects.Wal2, Dialects.KeyWal2, Dialects.PlainDms)
        {
            Event = (_, told) => told["transaction"]?.AsObject().Remove("order"),
        },
        new("the last change of a transaction does not tell its place", Dialects.Maxwell)
        {
            Event = (change, told) => _ = change.IsLast && told["transaction"].ShouldNotBeNull().AsObject().Remove("order"),
        },
        new("the end of a transaction does not tell how many changes it had", Wal2Forms) { Event = (_, told) => told.Remove("event_count") },

        new("no transaction is told", Dialects.Csv) { Event = (_, told) => told.Remove("transaction") },
        new("a line has no place in the log", Dialects.Csv)
        {
            Event = (change, told) => told["identity"] = change.TransactionId is null ? "medium" : "weak",
        },

        // Types.
        new("no types are told", [.. PlainForms, Dialects.Csv]) { Event = (_, told) => EachChange(told, (_, change) => change.Remove("type")) },
        new("types whose text follows the server's settings, and types of the user's, are none", WalForms) { Event = (_, told) => EachChange(told, DropType) },

        // The row before.
        new("the row before an update is not told", Dialects.KeySchema, Dialects.PlainDms) { Event = LeaveOutBefore },
        new("of a deleted row the key alone is told", Dialects.KeySchema, Dialects.KeyWal2) { Event = (change, told) => KeepKey("delete", change, told) },
        new("of the row before an update the key alone is told", Dialects.KeyWal2) { Event = (change, told) => KeepKey("update", change, told) },

        // What is left out where nothing was set.
        new("the commit's time is not told, nor the place in the log", Dialects.PlainDms) { Event = (change, told) => TimeOfCapture(change, told) },
        new("columns that are NULL or empty are left out", Dialects.PlainDms) { Event = LeaveEmptyOut },

        // NULL.
        new("NULL in a column with a default is the default", DebeziumForms)
        {
            Value = (column, value) => value is null && column.Default is { } standIn ? EventText.Quote(standIn) : null,
        },
        new("with a schema it is told that such a default may be NULL", Dialects.Schema, Dialects.Avro, Dialects.KeySchema)
        {
            Event = (_, told) => MarkAmbiguous(told, column => column.Default),
        },
        new("the NULL of a number may be NaN", Dialects.Wal1)
        {
            Event = (_, told) => MarkAmbiguous(told, column => column.Kind is ColumnKind.Double or ColumnKind.Decimal or ColumnKind.Unsigned64 ? "" : null),
        },
        new("a deleted row has only the columns that were not NULL", Dialects.Wal1) { Event = LeaveNullsOut },
        Form("NULL and the JSON value null are the same", [Dialects.Maxwell], [ColumnKind.Json], value => EventText.Of(JsonNode.Parse(value))),

        // The form of values.
        Form("numbers are texts", [Dialects.Csv], [ColumnKind.Int32, ColumnKind.Double], EventText.Quote),
        Form("64-bit integers are numbers", PlainForms, [ColumnKind.Int64], value => value),
        Form("decimals are numbers with their scale", [Dialects.Maxwell], Decimals, value => value),
        Form("decimals are numbers without their scale", DmsForms, Decimals, Short),
        Form("decimals are encoded, and nothing tells", [Dialects.Json], Decimals, Unscaled),
        Form("booleans are the texts t and f", [.. DmsForms, Dialects.Csv], [ColumnKind.Boolean], value => EventText.Quote(value[..1])),
        Form("booleans are the numbers 1 and 0", [Dialects.Maxwell], [ColumnKind.Boolean], value => value == "true" ? "1" : "0"),
        Form("dates are days since 1970", [Dialects.Json], [ColumnKind.Date], Days),
        Form("times and timestamps are microseconds", [Dialects.Json], [ColumnKind.Time, ColumnKind.Timestamp], Microseconds),
        Form("timestamps with zone have six digits", DebeziumForms, [ColumnKind.TimestampTz], value => SixDigits(value, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'")),
        Form("timestamps without zone have one", DmsForms, [ColumnKind.Timestamp], value => EventText.Quote(value + "Z")),
        Form("timestamps are in the server's form", [Dialects.Maxwell, Dialects.Csv], Timestamps, value => SixDigits(value, "yyyy-MM-dd HH:mm:ss.ffffff")),
        Form("timestamps are in the form of the server's setting", WalForms, Timestamps, PostgresTimestamp),
        Form("times have six digits", [Dialects.Maxwell], [ColumnKind.Time], value => SixDigits(value, "HH:mm:ss.ffffff")),
        Form("bytes are hexadecimal text", [.. DmsForms, Dialects.Csv], [ColumnKind.Bytes], value => EventText.Quote("0x" + value.ToUpperInvariant())),
        Form("JSON is text", [Dialects.Json, .. DmsForms, Dialects.Csv], [ColumnKind.Json], EventText.Quote),
    ];

    /// <summary>The limits of one dialect.</summary>
    public static List<Limit> Of(Dialect dialect) => [.. Table.Where(limit => limit.Dialects.Contains(dialect.Name))];

    private static IEnumerable<SaidChange> Unless(SaidChange change, bool isUntold) => isUntold ? [] : [change];

    private static IEnumerable<SaidChange> InTwo(SaidChange change) => change.MovedFrom is null
        ? [change]
        :
        [
            change with { Operation = "delete", After = null, MovedFrom = null, MovedTo = change.After },
            change with { Operation = "insert", Before = null },
        ];

    private static void EndInMilliseconds(JsonObject told)
    {
        if (told["operation"]?.GetValue<string>() == "transaction")
            Cut(told, digits: 3);
    }

    private static void Cut(JsonObject told, int digits)
    {
        var moment = told["occurred_at"].ShouldNotBeNull().GetValue<string>();
        var point = moment.IndexOf('.', StringComparison.Ordinal);
        told["occurred_at"] = moment[..(digits == 0 ? point : point + 1 + digits)] + "Z";
    }

    private static void EachChange(JsonObject told, Action<ModelColumn, JsonObject> alter)
    {
        foreach (var change in (told["changes"] as JsonArray ?? []).Select(entry => entry.ShouldNotBeNull().AsObject()))
            alter(ModelTable.Columns[ModelTable.PlaceOf(change["field"].ShouldNotBeNull().GetValue<string>())], change);
    }

    private static void DropType(ModelColumn column, JsonObject change)
    {
        if (column.Kind is ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampTz or ColumnKind.Enum)
            change.Remove("type");
    }

    /// <summary>Lists the columns that may have been NULL: optional ones with the value that stands for it; the empty text is NULL itself. What is so on
    /// both sides may have changed.</summary>
    private static void MarkAmbiguous(JsonObject told, Func<ModelColumn, string?> standIn)
    {
        if (told["images"] is not JsonObject images)
            return;
        var ambiguous = new List<string>();
        var undecided = false;
        foreach (var column in ModelTable.Columns.Where(column => column.IsOptional && standIn(column) is not null))
        {
            var text = standIn(column) is { Length: > 0 } standing ? EventText.Quote(standing) : "null";
            var before = told["before"] is JsonObject old && EventText.Of(old[column.Name]) == text;
            var after = told["after"] is JsonObject row && EventText.Of(row[column.Name]) == text;
            // An old NULL that is left out is no NaN.
            if (after || (before && text != "null"))
                ambiguous.Add(column.Name);
            undecided |= before && after;
        }

        if (ambiguous.Count > 0)
            images["ambiguous"] = new JsonArray([.. ambiguous.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
        if (!undecided || told["operation"]?.GetValue<string>() != "update")
            return;
        told["changed_is"] = "at_least";
        if (told["changed"] is not JsonArray { Count: > 0 })
            Unknow(told);
    }

    private static void LeaveNullsOut(SaidChange change, JsonObject told)
    {
        if (change is not { Operation: "delete", Before: { } row })
            return;
        var names = ModelTable.Columns.Where((_, place) => row[place] is null).Select(column => column.Name).ToList();
        foreach (var name in names)
            told["before"].ShouldNotBeNull().AsObject().Remove(name);
        told["changed"] = Without(told["changed"], entry => names.Contains(entry.ShouldNotBeNull().GetValue<string>()));
        told["changes"] = Without(told["changes"], entry => names.Contains(entry.ShouldNotBeNull()["field"].ShouldNotBeNull().GetValue<string>()));
    }

    private static void LeaveOutBefore(SaidChange change, JsonObject told)
    {
        if (change.Operation != "update")
            return;
        told.Remove("before");
        told.Remove("previous_key");
        told["images"].ShouldNotBeNull()["before"] = "none";
        told["images"].ShouldNotBeNull()["before_from"] = "none";
        Unknow(told);
    }

    private static void KeepKey(string operation, SaidChange change, JsonObject told)
    {
        if (change.Operation != operation)
            return;
        foreach (var column in ModelTable.Columns.Where(column => !ModelTable.Key.Contains(column.Name)))
            told["before"].ShouldNotBeNull().AsObject().Remove(column.Name);
        told["images"].ShouldNotBeNull()["before"] = "key";
        KeepChanged(told, ModelTable.Key.Contains);
    }

    private static void TimeOfCapture(SaidChange change, JsonObject told)
    {
        if (change.TransactionId is null)
            return;
        told["occurred_at"] = TruthEvents.Moment(change.Microseconds + DmsWriter.DelayMicroseconds);
        told["occurred_from"] = "capture";
        told["identity"] = "weak";
    }

    private static void LeaveEmptyOut(SaidChange change, JsonObject told)
    {
        foreach (var (member, row) in new[] { ("before", change.Before), ("after", change.After) })
        {
            if (row is null || told[member] is not JsonObject image)
                continue;
            var empty = ModelTable.Columns.Where((_, place) => string.IsNullOrEmpty(row[place])).Select(column => column.Name).ToList();
            empty.ForEach(name => image.Remove(name));
            told["images"].ShouldNotBeNull()[member] = "partial";
            if (told["changed"] is not null)
                KeepChanged(told, name => !empty.Contains(name));
        }
    }

    /// <summary>Keeps some of the changed columns: others may have changed, too.</summary>
    private static void KeepChanged(JsonObject told, Func<string, bool> isKept)
    {
        told["changed"] = Without(told["changed"], entry => !isKept(entry.ShouldNotBeNull().GetValue<string>()));
        told["changes"] = Without(told["changes"], entry => !isKept(entry.ShouldNotBeNull()["field"].ShouldNotBeNull().GetValue<string>()));
        told["changed_is"] = "at_least";
        if (told["changed"].ShouldNotBeNull().AsArray().Count == 0)
            Unknow(told);
    }

    private static void Unknow(JsonObject told)
    {
        told.Remove("changed_is");
        told["changed"] = null;
        told["changes"] = null;
    }

    private static JsonArray Without(JsonNode? entries, Func<JsonNode?, bool> isLeftOut) =>
        new([.. entries.ShouldNotBeNull().AsArray().Where(entry => !isLeftOut(entry)).Select(entry => entry?.DeepClone())]);

    private static Limit Form(string says, string[] dialects, ColumnKind[] kinds, Func<string, string> form) => new(says, dialects)
    {
        Value = (column, value) => value is not null && kinds.Contains(column.Kind) ? form(value) : null,
    };

    private static string Short(string value) => value.Contains('.', StringComparison.Ordinal) ? value.TrimEnd('0').TrimEnd('.') : value;

    private static string Unscaled(string value) => EventText.Quote(Convert.ToBase64String(
        BigInteger.Parse(value.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture).ToByteArray(isBigEndian: true)));

    private static string PostgresTimestamp(string value) =>
        EventText.Quote(value.Replace('T', ' ').Replace("Z", "+00", StringComparison.Ordinal));

    private static string Days(string value) => (DateOnly.Parse(value, CultureInfo.InvariantCulture).DayNumber
        - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString(CultureInfo.InvariantCulture);

    private static string Microseconds(string value) => DebeziumTypes.Microseconds(value).ToString(CultureInfo.InvariantCulture);

    private static string SixDigits(string value, string format) => EventText.Quote(TruthEvents.Moment(DebeziumTypes.Microseconds(value), format));
}
