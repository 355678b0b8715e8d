using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Images;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Normalize;

/// <summary>The images sub-topology: forwarded changes become events with the help of their rows' last images. Images, Diff, Protect and Emit in a
/// row.</summary>
/// <remarks>A change gives one event; the other messages only end images, and are skipped. A change whose event is refused still leaves its
/// row's image: the row is as it says.</remarks>
public sealed class ImageProcessor : IImageHandler
{
    /// <summary>How many changed images one transaction holds at most when many go at once; more are removed in parts, each committed.</summary>
    public const int MaxChanges = 10_000;

    private static readonly Rejection NoMessage = new(
        RejectionCode.MalformedChange, "The record is no forwarded change of a version that this program knows.", ByteOffset: -1);

    private readonly ForwardReader reader = new();
    private readonly ImageKeeper keeper;
    private readonly Differ differ = new();
    private readonly FieldPolicy policy;
    private readonly Emitter emitter;
    private readonly AuditEvent auditEvent = new();

    /// <summary>Makes the processing of one task.</summary>
    /// <param name="settings">What it is made of: the same as its normalizer's.</param>
    /// <param name="store">Keeps the images; disposed with this.</param>
    /// <exception cref="ArgumentException">The settings cannot be used; the message says why.</exception>
    public ImageProcessor(NormalizerSettings settings, IRowImageStore store)
    {
        Images = new ImageBuffer(store);
        keeper = new ImageKeeper(Images, settings.Emit.MaxEventBytes);
        policy = new FieldPolicy(settings.Protect, settings.IdentityKey);
        emitter = new Emitter(settings.Emit, settings.IdentityKey, Normalizer.Version, settings.ProductVersion, settings.ConfigHash);
    }

    /// <inheritdoc/>
    public ImageBuffer Images { get; }

    /// <inheritdoc/>
    public ImageLookups Lookups => keeper.Lookups;

    /// <inheritdoc/>
    /// <exception cref="ImagesForgottenException">Images must be removed that found no room here.</exception>
    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        if (!reader.TryRead(record))
            return Outcome.Rejected(NoMessage);
        if (reader.Kind != ForwardKind.Change)
            return TryEndImages(record) ? Outcome.Skipped(SkipReason.ImageMarker) : Outcome.Unfinished;

        keeper.Apply(reader.Change, reader.Place);
        if (emitter.Write(policy.Apply(differ.Compare(reader.Change)), auditEvent) is { } refusal)
            return Outcome.Rejected(refusal);
        output.Emit(auditEvent);
        return Outcome.Emitted(events: 1);
    }

    /// <inheritdoc/>
    public void Refuse(in RawRecord record, IAuditEventOutput output)
    {
        if (reader.TryRead(record) && reader.Kind == ForwardKind.Change)
            keeper.Apply(reader.Change, reader.Place);
    }

    /// <inheritdoc/>
    public void Abort() => keeper.Abort();

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();

    private bool TryEndImages(in RawRecord record)
    {
        var address = record.Key.GetValueOrDefault().Span;
        if (reader.Kind == ForwardKind.Left)
        {
            keeper.Leave(address, reader.Topic, reader.Partition, reader.Offset, reader.Place);
            return true;
        }

        // What is only in the changelog cannot be picked here, and would come back with the next restore.
        if (Images.Store.HasForgotten)
            throw new ImagesForgottenException();
        return reader.Kind == ForwardKind.Truncated
            ? keeper.TryTruncate(address, reader.Topic, reader.Partition, reader.Offset, reader.Place, MaxChanges)
            : keeper.TryMiss(reader.Topic, MaxChanges);
    }
}
