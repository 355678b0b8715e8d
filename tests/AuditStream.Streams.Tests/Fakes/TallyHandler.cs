using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A trivial handler with state: <c>a=1</c> keeps 1 for a and says what was there before, <c>a-</c> removes it, <c>CLEAR</c> removes all, a
/// few in each transaction.</summary>
internal sealed class TallyHandler : IImageHandler
{
    /// <summary>How many images go in one transaction.</summary>
    internal const int MaxChanges = 2;

    private readonly AuditEvent auditEvent = new();

    internal static int Living { get; private set; }

    internal TallyHandler(IRowImageStore store)
    {
        Images = new ImageBuffer(store);
        Living++;
    }

    public ImageBuffer Images { get; }

    public ImageLookups Lookups { get; private set; }

    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        var text = Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span);
        if (text.StartsWith("THROW", StringComparison.Ordinal))
            throw new InvalidOperationException("A broken handler.");
        if (text == "CLEAR")
            return Images.RemoveWhere([], _ => true, MaxChanges) ? Outcome.Skipped(SkipReason.ImageMarker) : Outcome.Unfinished;
        var (name, value) = (text[..1], text[1..].TrimStart('='));
        var address = Encoding.UTF8.GetBytes(name);
        var isThere = Images.TryGet(address, out var image);
        Lookups = isThere ? Lookups with { Hits = Lookups.Hits + 1 } : Lookups with { Misses = Lookups.Misses + 1 };
        auditEvent.Key = address;
        auditEvent.Value = Encoding.UTF8.GetBytes($"{name}:{(isThere ? Encoding.UTF8.GetString(image.Span) : "none")}>{value}");
        auditEvent.TimestampMilliseconds = record.TimestampMilliseconds;
        output.Emit(auditEvent);
        if (value == "-")
            Images.Remove(address);
        else
            Images.Put(address, Encoding.UTF8.GetBytes(value));
        return Outcome.Emitted(events: 1);
    }

    public void Abort() => Images.Abort();

    public void Dispose()
    {
        Living--;
        Images.Dispose();
    }
}
