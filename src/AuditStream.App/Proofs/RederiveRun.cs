using System.Threading.Channels;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.App.Schemas;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Postgres.Verify;
using AuditStream.Streams.Reading;

namespace AuditStream.App.Proofs;

/// <summary>Processes again what normalize has processed, and holds the events against the store. Writes nothing anywhere.</summary>
/// <remarks>Row images are not needed: ids and fact hashes are of what the source delivered. One thread reads and decodes while another asks the store;
/// what is between them has a bound.</remarks>
/// <param name="options">Checked options, the raw topics among them.</param>
internal sealed class RederiveRun(AuditStreamOptions options)
{
    /// <summary>How many batches may wait for the store.</summary>
    private const int MaxBatches = 4;

    private long records;
    private long rejected;

    /// <summary>Compares.</summary>
    /// <param name="from">Only events from this instant on.</param>
    /// <param name="to">Only events before this instant.</param>
    /// <param name="progress">Hears how many records were read, of how many offsets.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ConfigurationException">The identity key is missing, or not the store's.</exception>
    /// <exception cref="Streams.Ports.ClientException">Kafka was not reached, or refuses.</exception>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    /// <exception cref="Core.Decode.Avro.SchemaNotNowException">The schema registry does not answer.</exception>
    public async Task<RederiveReport> RunAsync(DateTimeOffset? from, DateTimeOffset? to, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var key = IdentityKeyStore.Load(options.Identity);
        await using var comparison = new SourceComparison(EdgeSettings.Reader(options));
        if (await comparison.FingerprintAsync(cancellationToken).ConfigureAwait(false) is { } fingerprint && fingerprint != key.Fingerprint)
            throw new ConfigurationException([new("Identity:KeyFile", $"is the key {key.Fingerprint}, and this store was made with {fingerprint}: no event would be found")]);
        using var reader = new RawTopicReader(EdgeSettings.Streams(options));
        var ranges = await Task.Run(reader.Ranges, cancellationToken).ConfigureAwait(false);
        var forwarded = await Task.Run(reader.ForwardedEnds, cancellationToken).ConfigureAwait(false);
        var total = ranges.Sum(range => range.End - range.First);
        var batches = Channel.CreateBounded<IReadOnlyList<DerivedEvent>>(MaxBatches);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = new DerivedEvents(from?.ToUnixTimeMilliseconds() ?? long.MinValue, to?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        var reading = Task.Run(() => DeriveAll(reader, ranges, key, events, batches.Writer, broken.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await comparison.CompareAsync(batch, cancellationToken).ConfigureAwait(false);
                progress(Interlocked.Read(ref records), total);
            }
        }
        finally
        {
            await broken.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what it failed with came through the channel
        }
        var isMade = await Task.Run(() => reader.WaitForImages(forwarded, cancellationToken), cancellationToken).ConfigureAwait(false);
        var (missing, untaken) = (comparison.Missing.Select(one => one.EventId).ToHashSet(), new HashSet<Guid>());
        if (missing.Count > 0)
        {
            await Task.Run(() => reader.ReadUntaken(id =>
            {
                if (missing.Contains(id))
                    untaken.Add(id);
            }, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        return new RederiveReport(ranges.Count, records, rejected, ranges.Count(range => range.First > 0),
            await comparison.FinishAsync(untaken, !isMade, cancellationToken).ConfigureAwait(false));
    }

    private void DeriveAll(RawTopicReader reader, IReadOnlyList<RawRange> ranges, IdentityKey key, DerivedEvents events,
        ChannelWriter<IReadOnlyList<DerivedEvent>> batches, CancellationToken cancellationToken)
    {
        try
        {
            using var registry = options.SchemaRegistry.Url is null ? null : new HttpSchemas(options.SchemaRegistry, TimeProvider.System);
            var settings = CoreSettings.Normalizer(options, key);
            foreach (var range in ranges)
            {
                // A task has a normalizer of its own, which learns from the records of its partition.
                var normalizer = new Normalizer(settings, registry is null ? null : new PatientSchemas(registry, cancellationToken));
                reader.Read(range, record => Derive(normalizer, record, events, batches, cancellationToken), cancellationToken);
            }
            Send(events, batches, cancellationToken);
            batches.Complete();
        }
        catch (Exception exception)
        {
            batches.Complete(exception);
        }
    }

    private void Derive(
        Normalizer normalizer, in RawRecord record, DerivedEvents events, ChannelWriter<IReadOnlyList<DerivedEvent>> batches,
        CancellationToken cancellationToken)
    {
        events.At(record);
        if (normalizer.Process(record, events).Kind == OutcomeKind.Rejected)
            rejected++;
        Interlocked.Increment(ref records);
        if (events.Count >= SourceComparison.BatchEvents)
            Send(events, batches, cancellationToken);
    }

    // The reading below blocks its thread anyway. One record may give many events.
    private static void Send(DerivedEvents events, ChannelWriter<IReadOnlyList<DerivedEvent>> batches, CancellationToken cancellationToken)
    {
        foreach (var batch in events.Take().Chunk(SourceComparison.BatchEvents))
            batches.WriteAsync(batch, cancellationToken).AsTask().GetAwaiter().GetResult();
    }
}
