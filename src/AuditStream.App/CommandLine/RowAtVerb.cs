using System.CommandLine;
using System.Text.Json;
using AuditStream.App.Asking;
using AuditStream.Postgres;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream row-at</c>: one row as it was at an instant.</summary>
public static class RowAtVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var asking = new AskingArguments();
        var table = new Argument<string>("TABLE") { Description = HistoryVerb.TableHelp };
        var key = new Argument<string>("KEY") { Description = HistoryVerb.KeyHelp };
        var at = new Argument<string>("INSTANT") { Description = "When: RFC 3339 or a date; UTC where it names no zone." };
        var verb = new VerbCommand("row-at",
            "Shows one row as it was at an instant: known values, and the names of columns whose value is not known. Needs a login with the reader role.",
            "auditstream row-at orders 42 2026-03-01T12:00:00Z",
            "auditstream row-at public.orders id=42 2026-03-01 --json");
        verb.Add(table);
        verb.Add(key);
        verb.Add(at);
        asking.AddTo(verb, hasWindow: false, "One JSON object: state, row, unknown, is_whole, hidden, as_of, operation, event_id, note.");
        verb.SetAction(async (arguments, cancellationToken) =>
        {
            if (!AskingArguments.TryParseInstant(arguments.GetRequiredValue(at), out var instant))
                throw new AskingException($"'{arguments.GetRequiredValue(at)}' is no instant: 2026-03-01T12:00:00Z, or a date.", ExitCode.Usage);
            var reader = asking.Reader(arguments);
            await using (reader.ConfigureAwait(false))
            {
                var found = await asking.TableAsync(reader, arguments, arguments.GetRequiredValue(table), cancellationToken).ConfigureAwait(false);
                var row = await AskingArguments.RowAsync(reader, found, arguments.GetRequiredValue(key), cancellationToken).ConfigureAwait(false);
                var state = await reader.RowAtAsync(row, instant, cancellationToken).ConfigureAwait(false);
                if (asking.IsJson(arguments))
                    JsonDocumentText.Write(arguments.InvocationConfiguration.Output, writer => Write(writer, state));
                else
                    asking.Page(arguments).Write(state, row, instant);
                return ExitCode.Done;
            }
        });
        return verb;
    }

    private static void Write(Utf8JsonWriter writer, RowState state)
    {
        writer.WriteString("state", state.State);
        if (state.Row is { } row)
        {
            writer.WritePropertyName("row");
            writer.WriteRawValue(row);
        }
        Write(writer, "unknown", state.Unknown);
        if (state.IsWhole is { } isWhole)
            writer.WriteBoolean("is_whole", isWhole);
        Write(writer, "hidden", state.Hidden);
        if (state.AsOf is { } asOf)
            writer.WriteString("as_of", asOf.UtcDateTime);
        if (state.Operation is { } operation)
            writer.WriteString("operation", operation);
        if (state.EventId is { } id)
            writer.WriteString("event_id", id);
        if (state.Note is { } note)
            writer.WriteString("note", note);
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string>? names)
    {
        if (names is null)
            return;
        writer.WriteStartArray(name);
        foreach (var one in names)
            writer.WriteStringValue(one);
        writer.WriteEndArray();
    }
}
