using AuditStream.Core.Images;

namespace AuditStream.Core.Normalize;

/// <summary>A handler with state: the host restores its images before the first record, writes their changes into each transaction, commits and
/// aborts them with it. Disposing closes the store.</summary>
public interface IImageHandler : IRecordHandler, IDisposable
{
    /// <summary>The images of the task's rows.</summary>
    ImageBuffer Images { get; }

    /// <summary>How often an image was looked for since the handler was made; an aborted transaction counts too.</summary>
    ImageLookups Lookups { get; }

    /// <summary>The host aborted: what was done since the last commit is dropped.</summary>
    void Abort();
}
