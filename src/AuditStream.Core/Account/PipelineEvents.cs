using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Account;

/// <summary>Makes the events of what the pipeline itself has to say: <c>ledger</c> and <c>audit</c>.</summary>
/// <remarks>
/// <para>They go through the same rooms as a change, under a policy without rules: nothing in them comes from a row.</para>
/// <para>The coordinate is that of <see cref="CoordinateWriter"/>: N the application id, I 1, O the operation, Z the whole <c>detail</c>, and for a
/// note its instant. So the same range with the same sums is the same event whoever writes it, and a range that is processed again under other settings,
/// with other sums, is another event and no divergence.</para>
/// <para>One instance per thread; the event is reused.</para>
/// </remarks>
public sealed class PipelineEvents
{
    /// <summary>Member <c>source.kind</c>.</summary>
    public const string Kind = "auditstream";

    private static readonly (SkipReason Reason, byte[] Name)[] Skips =
        [.. Enum.GetValues<SkipReason>().Where(reason => reason != SkipReason.None).OrderBy(WireName.Of, StringComparer.Ordinal)
            .Select(reason => (reason, CanonicalText.Quoted(WireName.Of(reason))))];

    private readonly EventIdentity identity;
    private readonly Differ differ = new();
    private readonly FieldPolicy policy;
    private readonly Emitter emitter;
    private readonly TableReference source;
    private readonly RowChange change = new();
    private readonly ByteWriter detail = new(512);
    private readonly ByteWriter coordinate = new(512);
    private readonly AuditEvent made = new();

    /// <summary>Makes the maker of an application's events.</summary>
    /// <param name="settings">The settings of the application's normalizers: key, form, version and configuration hash are theirs.</param>
    /// <param name="applicationId">Member <c>source.name</c>.</param>
    public PipelineEvents(NormalizerSettings settings, string applicationId)
    {
        identity = new EventIdentity(settings.IdentityKey);
        policy = new FieldPolicy(new ProtectSettings(), settings.IdentityKey);
        emitter = new Emitter(settings.Emit, settings.IdentityKey, Normalizer.Version, settings.ProductVersion, settings.ConfigHash);
        source = new TableReference
        {
            Kind = Kind, Engine = null, Source = applicationId, Incarnation = 1, Database = null, Schema = null, Table = null,
        };
    }

    /// <summary>The event of a range; valid until the next event is made.</summary>
    public AuditEvent Of(LedgerRange range)
    {
        var record = new RawRecord
        {
            Topic = range.Topic, Partition = range.Partition, Offset = range.To - 1, TimestampMilliseconds = range.TimestampMilliseconds,
            Key = null, Value = null, Headers = [],
        };
        WriteDetail(range);
        // A record without a timestamp, or with one that no event can have, must not stop the account.
        var time = Math.Clamp(range.TimestampMilliseconds, 0, CanonicalText.MaximumMicroseconds / 1_000) * 1_000;
        return Made(record, ChangeOperation.Ledger, OccurredFrom.Record, time, digits: 3);
    }

    /// <summary>The event of a note; valid until the next event is made.</summary>
    /// <param name="note">The note.</param>
    /// <param name="process">What tells the process that acted from all others.</param>
    /// <exception cref="ArgumentException">The note has too many facts, too long a text, or a fact under a name that is taken.</exception>
    public AuditEvent Of(AuditNote note, string process)
    {
        var microseconds = (note.At.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var record = new RawRecord
        {
            Topic = "", Partition = 0, Offset = 0, TimestampMilliseconds = microseconds / 1_000, Key = null, Value = null, Headers = [],
        };
        WriteDetail(note, process);
        return Made(record, ChangeOperation.Audit, OccurredFrom.Process, microseconds, digits: 6);
    }

    private AuditEvent Made(in RawRecord record, ChangeOperation operation, OccurredFrom clock, long microseconds, int digits)
    {
        change.Begin(record, source);
        var facts = change.Facts;
        facts.Operation = operation;
        (facts.OccurredFrom, facts.OccurredAtMicroseconds, facts.OccurredAtDigits) = (clock, microseconds, digits);
        facts.Identity = IdentityStrength.Medium;
        facts.Detail = change.DeliveredAfter = detail.WrittenMemory;
        coordinate.Clear();
        CoordinateWriter.Begin(coordinate);
        CoordinateWriter.Field(coordinate, 'N', source.Source);
        CoordinateWriter.Field(coordinate, 'I', source.Incarnation);
        CoordinateWriter.Field(coordinate, 'O', ChangeOperationName.Utf8(operation));
        if (operation == ChangeOperation.Audit)
            CoordinateWriter.Field(coordinate, 'P', microseconds);
        CoordinateWriter.Field(coordinate, 'Z', detail.Written);
        change.Coordinate = coordinate.WrittenMemory;
        identity.Stamp(change);
        return emitter.Write(policy.Apply(differ.Compare(change)), made) is { } refusal
            ? throw new InvalidOperationException($"Making an event of operation {ChangeOperationName.Of(operation)} failed: {refusal.Message}")
            : made;
    }

    // Members in code-unit order, here and below; numbers of 64 bits are strings, as in every event.
    private void WriteDetail(LedgerRange range)
    {
        detail.Clear();
        WriteNumber("{\"consumed\":\""u8, range.Counts.Consumed);
        WriteNumber("\",\"dead_letters\":\""u8, range.Counts.DeadLetters);
        WriteNumber("\",\"emitted\":\""u8, range.Counts.Emitted);
        WriteNumber("\",\"events\":\""u8, range.Counts.Events);
        WriteNumber("\",\"forwarded\":\""u8, range.Counts.Forwards);
        WriteNumber("\",\"from\":\""u8, range.From);
        WriteNumber("\",\"partition\":"u8, range.Partition);
        detail.Write(",\"skipped\":{"u8);
        var isFirst = true;
        foreach (var (reason, name) in Skips)
        {
            if (range.Counts.SkippedFor(reason) is not (> 0 and var count))
                continue;
            if (!isFirst)
                detail.Write((byte)',');
            isFirst = false;
            detail.Write(name);
            WriteNumber(":\""u8, count);
            detail.Write((byte)'"');
        }
        detail.Write("},\"sub_topology\":"u8);
        detail.Write(CanonicalText.Quoted(range.SubTopology));
        WriteNumber(",\"to\":\""u8, range.To);
        detail.Write("\",\"topic\":"u8);
        detail.Write(CanonicalText.Quoted(range.Topic));
        detail.Write((byte)'}');
    }

    private void WriteDetail(AuditNote note, string process)
    {
        if (note.Facts.Count > AuditNote.MaximumFacts)
            throw new ArgumentException($"A note has at most {AuditNote.MaximumFacts} facts; this one has {note.Facts.Count}.", nameof(note));
        var members = new SortedDictionary<string, string>(note.Facts.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, text) in new[] { ("action", note.Action), ("by", note.By), ("process", process), ("reason", note.Reason) })
            members.Add(name, text);
        var separator = (byte)'{';
        detail.Clear();
        foreach (var (name, text) in members)
        {
            // PostgreSQL's json functions cannot read U+0000.
            if (text.Length > AuditNote.MaximumTextCharacters || text.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException(
                    $"A note's texts have at most {AuditNote.MaximumTextCharacters} characters, none of them U+0000; {name} has others.", nameof(note));
            detail.Write(separator);
            detail.Write(CanonicalText.Quoted(name));
            detail.Write((byte)':');
            detail.Write(CanonicalText.Quoted(text));
            separator = (byte)',';
        }
        detail.Write((byte)'}');
    }

    private void WriteNumber(ReadOnlySpan<byte> opening, long number)
    {
        detail.Write(opening);
        CanonicalText.WriteInteger(detail, number);
    }
}
