using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Identity;
using AuditStream.Core.Images;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Normalize;

/// <summary>The normalize sub-topology: Decode, Diff, Protect and Emit in a row.</summary>
/// <remarks>A record is taken whole or not at all: every event of it is made before the first one is given out.</remarks>
public sealed class Normalizer : IRecordHandler
{
    /// <summary>The version of the rules that make an event of a record; raised when the same record gives another event.</summary>
    public const int Version = 1;

    /// <summary>How many of a record's events have buffers of their own, kept from record to record; the others are in the backlog.</summary>
    private const int KeptEvents = 16;

    private readonly Decoder decoder;
    private readonly EventIdentity identity;
    private readonly ImageBuffer? imageBuffer;
    private readonly ImageKeeper? images;
    private readonly ForwardWriter? forward;
    private readonly Differ differ = new();
    private readonly FieldPolicy policy;
    private readonly Emitter emitter;
    private readonly List<AuditEvent> events = [new AuditEvent()];
    private readonly EventBacklog backlog = new();
    private readonly AuditEvent spare = new();

    /// <summary>Makes a normalizer for one task.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <param name="schemaSource">Where the schemas of Avro records come from; null when none is configured.</param>
    /// <param name="imageStore">Keeps the last images of rows, for the tables whose settings say so; null for none.</param>
    /// <param name="forwardsChanges">True when the changes of such tables are not made into events but forwarded, for others to do so.</param>
    /// <exception cref="ArgumentException">The settings cannot be used; the message says why.</exception>
    public Normalizer(
        NormalizerSettings settings, ISchemaSource? schemaSource = null, IRowImageStore? imageStore = null, bool forwardsChanges = false)
    {
        decoder = new Decoder(settings.Decode, schemaSource);
        identity = new EventIdentity(settings.IdentityKey);
        imageBuffer = imageStore is null ? null : new ImageBuffer(imageStore);
        images = imageBuffer is null ? null : new ImageKeeper(imageBuffer, settings.Emit.MaxEventBytes);
        policy = new FieldPolicy(settings.Protect, settings.IdentityKey);
        forward = forwardsChanges ? new ForwardWriter(policy, settings.Emit.MaxEventBytes) : null;
        emitter = new Emitter(settings.Emit, settings.IdentityKey, Version, settings.ProductVersion, settings.ConfigHash);
    }

    /// <summary>What the last record was recognised as.</summary>
    public Recognition Recognised => decoder.Recognised;

    /// <inheritdoc/>
    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        var outcome = Process(decoder.Decode(record), output);
        if (outcome.Kind == OutcomeKind.Rejected)
            Miss(record, output);
        imageBuffer?.Commit();
        return outcome;
    }

    /// <inheritdoc/>
    public void Refuse(in RawRecord record, IAuditEventOutput output) => Miss(record, output);

    /// <summary>What follows decoding.</summary>
    internal Outcome Process(in DecodeResult decoded, IAuditEventOutput output)
    {
        if (decoded.Rejection is { } rejection)
            return Outcome.Rejected(rejection);
        if (decoded.Skip != SkipReason.None)
            return Outcome.Skipped(decoded.Skip);

        var changes = decoded.Changes;
        if (changes.Count == 0)
            throw new InvalidOperationException("Decoding a record gave neither a change nor a reason.");
        forward?.Clear();
        backlog.Clear();
        var made = 0;
        for (var i = 0; i < changes.Count; i++)
        {
            identity.Stamp(changes[i]);
            if (forward is not null && IsForwarded(changes[i], i, out var late))
            {
                if (late is not null)
                    return Outcome.Rejected(late);
                continue;
            }
            if (events.Count == made && made < KeptEvents)
                events.Add(new AuditEvent());
            var into = made < KeptEvents ? events[made] : spare;
            images?.Apply(changes[i], i);
            if (emitter.Write(policy.Apply(differ.Compare(changes[i])), into) is { } refusal)
                return Outcome.Rejected(refusal);
            if (made++ >= KeptEvents)
                backlog.Add(changes[i].Facts, into);
        }
        for (var i = 0; i < made && i < KeptEvents; i++)
            output.Emit(events[i]);
        for (var i = 0; i < backlog.Count; i++)
        {
            var (facts, value, key) = backlog[i];
            emitter.Restore(facts, value, key, spare);
            output.Emit(spare);
        }
        for (var i = 0; i < forward?.Count; i++)
            output.Forward(forward[i]);
        backlog.Clear();
        return Outcome.Emitted(made, forward?.Changes ?? 0);
    }

    // A record is refused as a whole: what would be refused later is refused now.
    private bool IsForwarded(RowChange change, int place, out Rejection? refusal)
    {
        refusal = null;
        if (change.Facts.Table.KeepsImages && change.Facts.Operation == ChangeOperation.Truncate)
            forward!.AddTruncated(change.Facts, place); // The caller has seen that it is there.
        if (!ForwardWriter.Takes(change))
            return false;
        refusal = Emitter.RefusalOfTime(change.Facts);
        return refusal is not null || forward!.TryAdd(change, place); // As above.
    }

    private void Miss(in RawRecord record, IAuditEventOutput output)
    {
        images?.TryMiss(record.Topic, int.MaxValue);
        if (forward is null || !decoder.KeepsImagesOf(record.Topic))
            return;
        forward.Clear();
        forward.AddMissed(record);
        output.Forward(forward[0]);
    }
}
