using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AuditStream.App.Asking;
using AuditStream.Postgres;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream gaps</c>: what is not all there.</summary>
public static class GapsVerb
{
    private const int DefaultSettleMinutes = 60;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var asking = new AskingArguments();
        var settle = new Option<int>("--settle")
        {
            Description = "How many minutes after its end was stored a transaction may still be on its way: more than one part of the pipeline lags behind another.",
            HelpName = "MINUTES",
            DefaultValueFactory = _ => DefaultSettleMinutes,
        };
        var gaps = new VerbCommand("gaps",
            "Lists what is not all there: transactions of which fewer events are stored than their source counted, and raw offsets that no ledger covers. "
                + "Ends with 1 when there is something. Needs a login with the reader role.",
            "auditstream gaps",
            "auditstream gaps --from 2026-03-01 --to 2026-04-01 --json");
        gaps.Add(settle);
        asking.AddTo(gaps, whatJsonIs: "One JSON object: gaps, a list of kind, source, subject, occurred_at, expected, found, from_offset, to_offset, note; is_cut.");
        gaps.SetAction(async (arguments, cancellationToken) =>
        {
            var found = new List<StoreGap>();
            var limit = asking.Limit(arguments);
            var reader = asking.Reader(arguments);
            await using (reader.ConfigureAwait(false))
            {
                var patience = TimeSpan.FromMinutes(Math.Max(0, arguments.GetValue(settle)));
                await foreach (var gap in reader.GapsAsync(asking.Window(arguments), patience, cancellationToken).ConfigureAwait(false))
                {
                    found.Add(gap);
                    if (found.Count > limit)
                        break;
                }
            }
            var isCut = found.Count > limit;
            if (isCut)
                found.RemoveAt(limit);
            if (asking.IsJson(arguments))
                JsonDocumentText.Write(arguments.InvocationConfiguration.Output, writer => Write(writer, found, isCut));
            else
                Write(arguments.InvocationConfiguration.Output, found, isCut);
            return found.Count == 0 ? ExitCode.Done : ExitCode.FoundWrong;
        });
        return gaps;
    }

    private static void Write(TextWriter output, List<StoreGap> gaps, bool isCut)
    {
        foreach (var gap in gaps)
        {
            var what = gap.Expected is { } expected
                ? string.Create(CultureInfo.InvariantCulture, $"{gap.Found} of {expected} events")
                : string.Create(CultureInfo.InvariantCulture, $"offsets {gap.FromOffset} to {gap.ToOffset - 1}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{gap.Kind}: {gap.Source}: {gap.Subject}: {what}, {gap.OccurredAt.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z"));
            output.WriteLine($"   {gap.Note}");
        }
        output.WriteLine(gaps.Count == 0 ? "No gaps: every transaction that ended is whole, and the ledgers join."
            : string.Create(CultureInfo.InvariantCulture, $"{gaps.Count} gap{(gaps.Count == 1 ? "" : "s")}{(isCut ? ", and there are more (--limit)" : "")}"));
    }

    private static void Write(Utf8JsonWriter writer, List<StoreGap> gaps, bool isCut)
    {
        writer.WriteStartArray("gaps");
        foreach (var gap in gaps)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", gap.Kind);
            writer.WriteString("source", gap.Source);
            writer.WriteString("subject", gap.Subject);
            writer.WriteString("occurred_at", gap.OccurredAt.UtcDateTime);
            if (gap is { Expected: { } expected, Found: { } found })
            {
                writer.WriteNumber("expected", expected);
                writer.WriteNumber("found", found);
            }
            if (gap is { FromOffset: { } from, ToOffset: { } to })
            {
                writer.WriteNumber("from_offset", from);
                writer.WriteNumber("to_offset", to);
            }
            writer.WriteString("note", gap.Note);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteBoolean("is_cut", isCut);
    }
}
