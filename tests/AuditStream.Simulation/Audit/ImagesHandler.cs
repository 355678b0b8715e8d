using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Simulation.Model;

namespace AuditStream.Simulation.Audit;

/// <summary>The processing with state: each row's image is the offset of the record that changed it last.</summary>
internal sealed class ImagesHandler : IImageHandler
{
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
    public Outcome Process(in RawRecord record, IAuditEventOutput output) => handler.Process(record, output);

    /// <inheritdoc/>
    public void Abort() => Images.Abort();

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();
}
