using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
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

    /// <summary>How many events' buffers are kept from record to record; what a larger record needs beyond it is given back.</summary>
    private const int KeptEvents = 16;

    private readonly Decoder decoder;
    private readonly EventIdentity identity;
    private readonly ImageKeeper? images;
    private readonly Differ differ = new();
    private readonly FieldPolicy policy;
    private readonly Emitter emitter;
    private readonly List<AuditEvent> events = [new AuditEvent()];

    /// <summary>Makes a normalizer for one task.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <param name="schemaSource">Where the schemas of Avro records come from; null when none is configured.</param>
    /// <param name="imageStore">Keeps the last images of rows, for the tables whose settings say so; null for none.</param>
    /// <exception cref="ArgumentException">The settings cannot be used; the message says why.</exception>
    public Normalizer(NormalizerSettings settings, ISchemaSource? schemaSource = null, IRowImageStore? imageStore = null)
    {
        decoder = new Decoder(settings.Decode, schemaSource);
        identity = new EventIdentity(settings.IdentityKey);
        images = imageStore is null ? null : new ImageKeeper(imageStore);
        policy = new FieldPolicy(settings.Protect, settings.IdentityKey);
        emitter = new Emitter(settings.Emit, settings.IdentityKey, Version, settings.ProductVersion, settings.ConfigHash);
    }

    /// <summary>What the last record was recognised as.</summary>
    public Recognition Recognised => decoder.Recognised;

    /// <inheritdoc/>
    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        var outcome = Process(decoder.Decode(record), output);
        if (outcome.Kind == OutcomeKind.Rejected)
            images?.Miss(record.Topic);
        return outcome;
    }

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
        for (var i = 0; i < changes.Count; i++)
        {
            if (events.Count == i)
                events.Add(new AuditEvent());
            identity.Stamp(changes[i]);
            images?.Apply(changes[i], i);
            if (emitter.Write(policy.Apply(differ.Compare(changes[i])), events[i]) is { } refusal)
                return Outcome.Rejected(refusal);
        }
        for (var i = 0; i < changes.Count; i++)
            output.Emit(events[i]);
        if (events.Count > KeptEvents)
            events.RemoveRange(KeptEvents, events.Count - KeptEvents);
        return Outcome.Emitted(changes.Count);
    }
}
