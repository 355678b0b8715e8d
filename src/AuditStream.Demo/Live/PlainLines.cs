using System.Globalization;
using AuditStream.App.Explain;
using AuditStream.Demo.Messages;

namespace AuditStream.Demo.Live;

/// <summary>What arrives, as a line each, for an output that is no terminal: time, source, operation, row, changes.</summary>
public static class PlainLines
{
    /// <summary>The line of an entry; never broken, whatever the width.</summary>
    public static string Of(LiveEntry entry)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"{entry.When:HH:mm:ss.fff} {SourceKinds.NameOf(entry.Kind)} {entry.Operation} {entry.Subject}");
        string[] rest = [.. entry.Changes.Select(field => Change(entry.Operation, field)), .. entry.Note.Length > 0 ? [entry.Note] : Array.Empty<string>()];
        return rest.Length == 0 ? head : $"{head}  {string.Join("; ", rest)}";
    }

    /// <summary>A line of sums: <c>consumed 120 = 100 emitted + 1 dead letters + 19 skips; 100 events, 100 rows</c>.</summary>
    public static string Of(LiveFigures figures)
    {
        var total = figures.Total;
        return string.Create(CultureInfo.InvariantCulture,
            $"consumed {total.Consumed} = {total.Emitted} emitted + {total.DeadLetters} dead letters + {total.Skipped} skips; {total.Events} events, {figures.Stored.Inserted} rows; lag {figures.RecordsBehind} records");
    }

    private static string Change(string operation, FieldText field) => operation switch
    {
        "insert" => $"{field.Name}: {field.New ?? "?"}",
        "delete" => $"{field.Name}: {field.Old ?? "?"}",
        _ => $"{field.Name}: {field.Old ?? "?"} \u2192 {field.New ?? "?"}",
    };
}
