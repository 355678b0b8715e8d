using System.Text.Json;
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
        WriteDamages(report.Damages, report.DamageCount, output);
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
        WriteDamages(report.Damages, report.DamageCount, writer);
    });

    /// <summary>Writes what <c>--rederive</c> found.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(RederiveReport report, TextWriter output, bool isJson)
    {
        var store = report.Store;
        var exitCode = store.DamageCount > 0 ? ExitCode.FoundWrong : store.Undecided > 0 ? ExitCode.NotReachable : ExitCode.Done;
        if (isJson)
        {
            WriteJson(report, output, exitCode);
            return exitCode;
        }
        WriteDamages(store.Damages, store.DamageCount, output);
        output.WriteLine(FormattableString.Invariant($"{report.Records:N0} records of {report.Partitions:N0} raw partitions gave {store.Events:N0} events; ")
            + FormattableString.Invariant($"{store.Same:N0} are stored with the same facts: ")
            + (store.DamageCount > 0 ? FormattableString.Invariant($"{store.DamageCount:N0} things are wrong.") : store.Undecided > 0 ? "not decided." : "nothing disagrees."));
        foreach (var (count, text) in new[]
        {
            (store.Undecided, "are not stored, and may not be made yet: the group of row images has not come that far in a minute. Run it again when it has."),
            (store.Pending, "are on the final topic, and the sink has not taken them yet."),
            (store.DeadLetters, "are dead letters instead, or their records are."),
            (store.Divergent, "are among the divergences."),
            (store.Restated, "are stored under another scheme of fact hashes: only their ids were compared."),
            (store.Retired, "are of retired ranges."),
        })
        {
            if (count > 0)
                output.WriteLine(FormattableString.Invariant($"{count:N0} of the events {text}"));
        }
        if (report.CutPartitions > 0)
            output.WriteLine(FormattableString.Invariant($"{report.CutPartitions:N0} of the partitions have lost their first records to retention: what those gave was not compared."));
        return exitCode;
    }

    private static void WriteJson(RederiveReport report, TextWriter output, int exitCode) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteNumber("exit_code", exitCode);
        writer.WriteNumber("partitions", report.Partitions);
        writer.WriteNumber("cut_partitions", report.CutPartitions);
        writer.WriteNumber("records", report.Records);
        writer.WriteNumber("rejected_records", report.Rejected);
        writer.WriteNumber("events", report.Store.Events);
        writer.WriteNumber("same_events", report.Store.Same);
        writer.WriteNumber("pending_events", report.Store.Pending);
        writer.WriteNumber("undecided_events", report.Store.Undecided);
        writer.WriteNumber("dead_letter_events", report.Store.DeadLetters);
        writer.WriteNumber("divergent_events", report.Store.Divergent);
        writer.WriteNumber("restated_events", report.Store.Restated);
        writer.WriteNumber("retired_events", report.Store.Retired);
        WriteDamages(report.Store.Damages, report.Store.DamageCount, writer);
    });

    private static void WriteDamages(IReadOnlyList<Damage> damages, long count, TextWriter output)
    {
        foreach (var damage in damages)
            output.WriteLine($"{Name(damage.Kind)}  {Place(damage)}{damage.Detail}");
        if (count > damages.Count)
            output.WriteLine(FormattableString.Invariant($"... and {count - damages.Count:N0} more."));
    }

    private static void WriteDamages(IReadOnlyList<Damage> damages, long count, Utf8JsonWriter writer)
    {
        writer.WriteNumber("damage_count", count);
        writer.WriteStartArray("damages");
        foreach (var damage in damages)
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
    }

    private static string Name(DamageKind kind) => WireName.Of(kind).Replace('_', '-');

    private static string Place(Damage damage)
    {
        string?[] parts =
        [
            damage.Shard is { } shard ? FormattableString.Invariant($"shard {shard}, block {damage.Block}") : null,
            damage.EventId is { } eventId ? $"event {eventId}" : null,
            damage.StreamOffset is { } offset ? FormattableString.Invariant($"offset {offset}") : null,
        ];
        var place = string.Join(", ", parts.Where(part => part is not null));
        return place.Length == 0 ? "" : place + ": ";
    }
}
