using System.Globalization;
using System.Text.Json;
using AuditStream.App.CommandLine;

namespace AuditStream.App.Retire;

/// <summary>What <c>retire</c> says.</summary>
internal static class RetirePage
{
    /// <summary>A line per range that would be retired, or is kept.</summary>
    public static void WritePlan(TextWriter output, IReadOnlyList<RetireOutcome> plan, RetireRequest request)
    {
        foreach (var outcome in plan)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Range.Name}  {outcome.Range.From.UtcDateTime:yyyy-MM-dd HH:mm}Z to {outcome.Range.To.UtcDateTime:yyyy-MM-dd HH:mm}Z")
                + (outcome.Range.Bytes is { } bytes ? $"  {Size(bytes)}" : "") + (outcome.KeptBecause is { } reason ? $"  kept: {reason}" : "  to be archived and dropped"));
        }
        if (plan.Count == 0)
            output.WriteLine(request.IsNamed ? "No range that is there ends by then." : "No range is older than its retention (audit.setting): nothing is to be retired.");
    }

    /// <summary>What became of a range.</summary>
    public static void Write(TextWriter output, RetireOutcome outcome) => output.WriteLine(outcome.Archived is { } archived
        ? string.Create(CultureInfo.InvariantCulture, $"{outcome.Range.Name} is retired: {archived.Rows + archived.UnchainedRows:N0} events, {Size(archived.Bytes)} in {archived.Folder.Path}")
        : $"{outcome.Range.Name} is kept: {outcome.KeptBecause}");

    /// <summary>All of it for a program.</summary>
    public static void WriteJson(TextWriter output, IReadOnlyList<RetireOutcome> outcomes, bool isDryRun, int exitCode) =>
        JsonDocumentText.Write(output, writer =>
        {
            writer.WriteNumber("exit_code", exitCode);
            writer.WriteBoolean("dry_run", isDryRun);
            writer.WriteStartArray("ranges");
            foreach (var outcome in outcomes)
                Write(writer, outcome, isDryRun);
            writer.WriteEndArray();
        });

    private static void Write(Utf8JsonWriter writer, RetireOutcome outcome, bool isDryRun)
    {
        writer.WriteStartObject();
        writer.WriteString("partition", outcome.Range.Name);
        writer.WriteString("valid_from", outcome.Range.From.UtcDateTime);
        writer.WriteString("valid_to", outcome.Range.To.UtcDateTime);
        writer.WriteString("outcome", outcome.KeptBecause is not null ? "kept" : isDryRun ? "would-retire" : "retired");
        if (outcome.KeptBecause is { } reason)
            writer.WriteString("reason", reason);
        if (outcome.Archived is { } archived)
        {
            writer.WriteNumber("events", archived.Rows + archived.UnchainedRows);
            writer.WriteString("archive", archived.Folder.Path);
            writer.WriteNumber("archive_bytes", archived.Bytes);
        }
        writer.WriteEndObject();
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:N1} MB");
}
