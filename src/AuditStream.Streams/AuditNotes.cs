using AuditStream.Core.Account;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams;

/// <summary>Writes notes to the final topic, outside of the loop: each with a producer of its own, idempotent and without a transaction.</summary>
/// <remarks>Safe on several threads. Notes are few, so nothing is kept between them.</remarks>
public sealed class AuditNotes : IAuditNotes
{
    /// <summary>How long a note is tried at most.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StreamsSettings settings;
    private readonly IClientFactory clients;
    private readonly Func<CancellationToken, Task<PipelineEvents>> events;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <summary>Makes it; connects to nothing yet.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="clients">Makes Kafka clients.</param>
    /// <param name="events">Makes what makes the events: a new one at each call.</param>
    /// <param name="loggers">Where sentences go.</param>
    /// <param name="time">The clock.</param>
    public AuditNotes(
        StreamsSettings settings,
        IClientFactory clients,
        Func<CancellationToken, Task<PipelineEvents>> events,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        this.settings = settings;
        this.clients = clients;
        this.events = events;
        this.time = time;
        logger = loggers.CreateLogger<AuditNotes>();
    }

    /// <inheritdoc/>
    public async Task SendAsync(AuditNote note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        var maker = await events(cancellationToken).ConfigureAwait(false);
        await LongRunning.Run(() => Send(note, maker, cancellationToken)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool Send(AuditNote note, PipelineEvents maker, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // The drain begins at once: it is the time that the note has.
        using var clock = new LoopClock(time, (int)Limit.TotalSeconds, limit.Token, pause: null);
        limit.Cancel();
        try
        {
            using var producer = clients.Producer(
                FormattableString.Invariant($"{settings.ApplicationId}-{settings.ProcessId}-notes"), transactionalId: null);
            producer.Produce(new EventOutput(settings, time).RecordOf(maker.Of(note, settings.ProcessId)));
            new Retries(clock, logger).Call(producer.Flush);
            return true;
        }
        catch (ClientException exception)
        {
            throw new AuditNoteException($"Writing the note {note.Action} to {settings.FinalTopic} failed: {exception.Message}", exception);
        }
    }
}
