using AuditStream.Core.Images;

namespace AuditStream.Core.Normalize;

/// <summary>A handler with state: the host restores its images before the first record, writes their changes into each transaction, commits and
/// aborts them with it. Disposing closes the store.</summary>
/// <remarks>What changes more images than one transaction should hold is done in parts: <see cref="Flow.OutcomeKind.Unfinished"/>. The host then
/// commits the part without moving on, and gives the same record again before any other; what was done already is not there to be done
/// twice.</remarks>
public interface IImageHandler : IRecordHandler, IDisposable
{
    /// <summary>The images of the task's rows.</summary>
    ImageBuffer Images { get; }

    /// <summary>How often an image was looked for since the handler was made; an aborted transaction counts too.</summary>
    ImageLookups Lookups { get; }

    /// <summary>The host aborted: what was done since the last commit is dropped.</summary>
    void Abort();
}
