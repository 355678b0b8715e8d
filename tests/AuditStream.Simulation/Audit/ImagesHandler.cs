using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Simulation.Model;

namespace AuditStream.Simulation.Audit;

/// <summary>The processing with state: each row's image is the offset of the record that changed it last.</summary>
/// <remarks>One record in some is done in parts, as a removal of very many images is. How many are done stands with the images, so that it is
/// committed, dropped and restored with them.</remarks>
internal sealed class ImagesHandler : IImageHandler
{
    private const int LongEvery = 13;
    private const byte Parts = 2;

    private static readonly byte[] doneAddress = "parts"u8.ToArray();

    private readonly SourceHandler handler;

    internal ImagesHandler(ModelProcess process, IRowImageStore store)
    {
        Images = new ImageBuffer(store);
        handler = new SourceHandler(process, Images);
    }

    /// <inheritdoc/>
    public ImageBuffer Images { get; }

    /// <inheritdoc/>
    public ImageLookups Lookups => default;

    /// <inheritdoc/>
    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        if (record.Offset % LongEvery != 0 || Done(record.Offset) is Parts)
            return handler.Process(record, output);
        Images.Put(doneAddress, [.. BitConverter.GetBytes(record.Offset), (byte)(Done(record.Offset) + 1)]);
        return Outcome.Unfinished;
    }

    /// <inheritdoc/>
    public void Abort() => Images.Abort();

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();

    private byte Done(long offset) =>
        Images.TryGet(doneAddress, out var image) && BitConverter.ToInt64(image.Span) == offset ? image.Span[sizeof(long)] : (byte)0;
}
