using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditStream.App.Asking;
using AuditStream.Postgres;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream changes</c>: what became of one column, in all rows or in one.</summary>
public static class ChangesVerb
{
    private static readonly JsonWriterOptions lineForm = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var asking = new AskingArguments();
        var table = new Argument<string>("TABLE") { Description = HistoryVerb.TableHelp };
        var column = new Argument<string>("COLUMN") { Description = "The column." };
        var key = new Option<string?>("--key") { Description = $"Of one row only. {HistoryVerb.KeyHelp}", HelpName = "KEY" };
        var possible = new Option<bool>("--possible") { Description = "Also events that do not tell whether the column changed." };
        var verb = new VerbCommand("changes",
            "Shows the changes of one column with old and new value, oldest first. Needs a login with the reader role.",
            "auditstream changes orders amount --from 2026-03-01 --to 2026-04-01",
            "auditstream changes public.orders amount --key 42 --possible");
        verb.Add(table);
        verb.Add(column);
        verb.Add(key);
        verb.Add(possible);
        asking.AddTo(verb, whatJsonIs: "One line of JSON per change: occurred_at, operation, key, is_certain, old, new, actor, transaction_id, event_id; what is not "
            + "known is left out.");
        verb.SetAction(async (arguments, cancellationToken) =>
        {
            var reader = asking.Reader(arguments);
            await using (reader.ConfigureAwait(false))
            {
                var found = await asking.TableAsync(reader, arguments, arguments.GetRequiredValue(table), cancellationToken).ConfigureAwait(false);
                var row = arguments.GetValue(key) is { } text
                    ? await AskingArguments.RowAsync(reader, found, text, cancellationToken).ConfigureAwait(false)
                    : null;
                var changes = reader.ChangesAsync(
                    found, arguments.GetRequiredValue(column), row?.Key, asking.Window(arguments), arguments.GetValue(possible), cancellationToken);
                await WriteAsync(asking, arguments, changes).ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return verb;
    }

    private static async Task WriteAsync(AskingArguments asking, ParseResult arguments, IAsyncEnumerable<ColumnChange> changes)
    {
        var limit = asking.Limit(arguments);
        var shown = new List<ColumnChange>();
        var isCut = false;
        await foreach (var change in changes.ConfigureAwait(false))
        {
            if (shown.Count == limit)
            {
                isCut = true;
                break;
            }
            shown.Add(change);
        }
        if (asking.IsJson(arguments))
        {
            foreach (var change in shown)
                await arguments.InvocationConfiguration.Output.WriteLineAsync(Line(change)).ConfigureAwait(false);
            return;
        }
        var page = asking.Page(arguments);
        page.Write(shown);
        page.WriteSum(shown.Count, "change", isCut);
    }

    private static string Line(ColumnChange change)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, lineForm))
        {
            writer.WriteStartObject();
            writer.WriteString("occurred_at", change.OccurredAt.UtcDateTime);
            writer.WriteString("operation", change.Operation);
            Write(writer, "key", change.Key);
            writer.WriteBoolean("is_certain", change.IsCertain);
            Write(writer, "old", change.Old);
            Write(writer, "new", change.New);
            if (change.Actor is { } actor)
                writer.WriteString("actor", actor);
            if (change.TransactionId is { } transaction)
                writer.WriteString("transaction_id", transaction);
            writer.WriteString("event_id", change.EventId);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, string name, string? json)
    {
        if (json is null)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(json);
    }
}
