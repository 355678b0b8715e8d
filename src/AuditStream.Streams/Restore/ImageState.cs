using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Restore;

/// <summary>The row images of one task: written into each transaction's changelog, committed and aborted with it. One thread.</summary>
/// <remarks>The changelog's partition has the task's number, always named: it has one writer. What is committed is in the changelog in any case;
/// a store that fails is opened and restored again.</remarks>
internal sealed class ImageState(IImageHandler handler, StreamsSettings settings, int partition, StreamsMetrics metrics) : IDisposable
{
    private ImageLookups counted;
    private Receipt? receipt;

    /// <summary>The changelog's partition.</summary>
    internal TopicPartition Changelog { get; } = new(settings.ChangelogTopic, partition);

    /// <summary>The store: what is committed.</summary>
    internal IRowImageStore Store => handler.Images.Store;

    /// <summary>Writes what the open transaction changed, the last image of each row, before it commits.</summary>
    internal void Write(IUnitOfWork work)
    {
        var left = handler.Images.Changes.Count;
        receipt = Store.IsDurable ? new Receipt() : null;
        foreach (var (address, image) in handler.Images.Changes)
        {
            // A partition stores in the order in which it is given: the last record's offset is that of all.
            var isLast = --left == 0;
            work.Produce(new OutgoingRecord
            {
                Topic = Changelog.Topic,
                Partition = partition,
                Key = address,
                Value = Memory(image),
                Headers = [],
                TimestampMilliseconds = -1,
                Stored = isLast && receipt is not null ? receipt.Take : null,
            });
        }
    }

    /// <summary>The commit has returned: now, and not before, the store takes the changes, together with their place in the changelog.</summary>
    /// <returns>Why the store did not take them; null when it did. Then they are in the changelog only.</returns>
    internal ImageStoreException? Committed()
    {
        try
        {
            handler.Images.Commit(receipt?.NextOffset);
        }
        catch (ImageStoreException exception)
        {
            return exception;
        }
        metrics.Looked(handler.Lookups.Hits - counted.Hits, handler.Lookups.Misses - counted.Misses, handler.Lookups.OfTheFuture - counted.OfTheFuture);
        counted = handler.Lookups;
        Measure();
        return null;
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

    /// <summary>Learns where the last record of a transaction stands; one for each, because that of a dropped one may come late.</summary>
    private sealed class Receipt
    {
        private long next = -1;

        /// <summary>The changelog's next offset; null when it was not told.</summary>
        internal long? NextOffset => Interlocked.Read(ref next) is >= 0 and var known ? known : null;

        internal void Take(long offset) => Interlocked.Exchange(ref next, offset + 1);
    }

    // Not a conditional expression: there null would turn into empty memory, and a removal into an image.
    private static ReadOnlyMemory<byte>? Memory(byte[]? image)
    {
        if (image is null)
            return null;
        return image;
    }
}
