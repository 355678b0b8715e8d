using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Restore;

/// <summary>The row images of one task: written into each transaction's changelog, committed and aborted with it. One thread.</summary>
/// <remarks>The changelog's partition has the task's number, always named: it has one writer.</remarks>
internal sealed class ImageState(IImageHandler handler, StreamsSettings settings, int partition, StreamsMetrics metrics) : IDisposable
{
    private ImageLookups counted;

    /// <summary>The changelog's partition.</summary>
    internal TopicPartition Changelog { get; } = new(settings.ChangelogTopic, partition);

    /// <summary>The store: what is committed.</summary>
    internal IRowImageStore Store => handler.Images.Store;

    /// <summary>Writes what the open transaction changed, the last image of each row, before it commits.</summary>
    internal void Write(IUnitOfWork work)
    {
        foreach (var (address, image) in handler.Images.Changes)
        {
            work.Produce(new OutgoingRecord
            {
                Topic = Changelog.Topic,
                Partition = partition,
                Key = address,
                Value = Memory(image),
                Headers = [],
                TimestampMilliseconds = -1,
            });
        }
    }

    /// <summary>The commit has returned.</summary>
    internal void Committed()
    {
        handler.Images.Commit();
        metrics.Looked(handler.Lookups.Hits - counted.Hits, handler.Lookups.Misses - counted.Misses, handler.Lookups.OfTheFuture - counted.OfTheFuture);
        counted = handler.Lookups;
        Measure();
    }

    /// <summary>What was open is dropped.</summary>
    internal void Aborted() => handler.Abort();

    /// <summary>Says how much it holds.</summary>
    internal void Measure() => metrics.Holds(Changelog, Store.Rows, Store.Bytes, Store.HasForgotten);

    /// <inheritdoc/>
    public void Dispose()
    {
        handler.Dispose();
        metrics.HoldsNoMore(Changelog);
    }

    // Not a conditional expression: there null would turn into empty memory, and a removal into an image.
    private static ReadOnlyMemory<byte>? Memory(byte[]? image)
    {
        if (image is null)
            return null;
        return image;
    }
}
