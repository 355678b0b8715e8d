using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Core.Chain;
using AuditStream.Postgres.Verify;

namespace AuditStream.App.Proofs;

/// <summary>What <c>verify</c> says.</summary>
internal static class VerifyText
{
    /// <summary>Writes a report.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(VerifyReport report, TextWriter output, bool isJson)
    {
        var exitCode = report.DamageCount == 0 ? ExitCode.Done : ExitCode.FoundWrong;
        if (isJson)
        {
            WriteJson(report, output, exitCode);
            return exitCode;
        }
        foreach (var damage in report.Damages)
            output.WriteLine($"{Name(damage.Kind)}  {Place(damage)}{damage.Detail}");
        if (report.DamageCount > report.Damages.Count)
            output.WriteLine(FormattableString.Invariant($"... and {report.DamageCount - report.Damages.Count:N0} more."));
        output.WriteLine(FormattableString.Invariant(
            $"{report.Rows:N0} events in {report.Blocks:N0} blocks, {report.Refused:N0} divergences and dead letters, {report.Checkpoints:N0} checkpoints: ")
            + (report.DamageCount == 0 ? "whole." : FormattableString.Invariant($"{report.DamageCount:N0} things are wrong.")));
        if (report.RetiredRows > 0)
            output.WriteLine(FormattableString.Invariant($"{report.RetiredRows:N0} of the events are of retired ranges: only their hashes are here."));
        if (report.UnchainedRows > 0)
            output.WriteLine(FormattableString.Invariant($"{report.UnchainedRows:N0} events are older than the chain: not chained, and not verified."));
        return exitCode;
    }

    private static void WriteJson(VerifyReport report, TextWriter output, int exitCode) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteNumber("exit_code", exitCode);
        writer.WriteNumber("blocks", report.Blocks);
        writer.WriteNumber("events", report.Rows);
        writer.WriteNumber("retired_events", report.RetiredRows);
        writer.WriteNumber("refused", report.Refused);
        writer.WriteNumber("checkpoints", report.Checkpoints);
        if (report.UnchainedRows is { } unchained)
            writer.WriteNumber("unchained_events", unchained);
        writer.WriteNumber("damage_count", report.DamageCount);
        writer.WriteStartArray("damages");
        foreach (var damage in report.Damages)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Name(damage.Kind));
            if (damage.Shard is { } shard)
                writer.WriteNumber("shard", shard);
            if (damage.Block is { } block)
                writer.WriteNumber("block", block);
            if (damage.EventId is { } eventId)
                writer.WriteString("event_id", eventId);
            if (damage.StreamOffset is { } offset)
                writer.WriteNumber("stream_offset", offset);
            writer.WriteString("detail", damage.Detail);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static string Name(DamageKind kind) => WireName.Of(kind).Replace('_', '-');

    private static string Place(Damage damage) => (damage.Shard is { } shard ? FormattableString.Invariant($"shard {shard}, block {damage.Block}") : "")
        + (damage.EventId is { } eventId ? $", event {eventId}" : "")
        + (damage.StreamOffset is { } offset ? FormattableString.Invariant($", offset {offset}") : "") + (damage.Shard is null ? "" : ": ");
}
