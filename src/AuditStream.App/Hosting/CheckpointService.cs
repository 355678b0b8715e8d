using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using AuditStream.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Makes checkpoints while the sink runs, and one when it has stopped: to the store, to their topic and to a folder.</summary>
/// <remarks>A checkpoint that cannot be made or passed on is told and tried again at the next time: events do not wait for it. The newest one of the
/// store is passed on again by each process that begins, because the one before may have died between making it and passing it on; readers of the
/// topic meet some of them twice. The key is read each time: a new one counts from the next checkpoint on.</remarks>
public sealed class CheckpointService : BackgroundService
{
    private readonly AuditStreamOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<CheckpointService> logger;
    private readonly CheckpointOutlet[] outlets;
    private bool hasBegun;
    private bool hasToldOfKey;

    /// <summary>Makes it; nothing connects yet.</summary>
    public CheckpointService(AuditStreamOptions options, CheckpointTopic topic, TimeProvider time, ILogger<CheckpointService> logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        var toTopic = Outlet(topic.SendAsync, options.Checkpoint.Topic);
        outlets = options.Checkpoint.Folder is { } folder ? [Outlet((number, note, _) => Keep(folder, number, note), folder), toTopic] : [toTopic];
    }

    /// <summary>Registered before the pipeline, so that it is stopped after it: the last checkpoint covers the last block.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes one now, if there is something new and there is a key, and passes on what waits.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (HasKey())
            await MakeNewAsync(cancellationToken).ConfigureAwait(false);
        foreach (var outlet in outlets)
            await outlet.PassAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = HasKey();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Checkpoint.IntervalSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await MakeAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // the last one is made by StopAsync
        }
    }

    // Says once that there is none; it may come later.
    private bool HasKey()
    {
        var path = CheckpointKeyFile.PathOf(options);
        var hasKey = File.Exists(path);
        if (!hasKey && !hasToldOfKey)
            logger.NoCheckpoints(path);
        hasToldOfKey = !hasKey;
        return hasKey;
    }

    private async Task MakeNewAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var key = CheckpointKeyFile.Load(CheckpointKeyFile.PathOf(options));
            await using var table = new CheckpointTable(EdgeSettings.Writer(options));
            if (!hasBegun && await table.NewestAsync(cancellationToken).ConfigureAwait(false) is { } newest)
                Add(newest);
            hasBegun = true;
            if (await table.MakeAsync(options.ApplicationId, key, cancellationToken).ConfigureAwait(false) is { } made)
                Add(made);
        }
        catch (Exception exception) when (exception is StoreException or ConfigurationException)
        {
            logger.CheckpointFailed(exception.Message);
        }
    }

    private void Add((long Number, string Note) checkpoint)
    {
        foreach (var outlet in outlets)
            outlet.Add(checkpoint.Number, checkpoint.Note);
    }

    private CheckpointOutlet Outlet(Func<long, string, CancellationToken, Task> pass, string place) =>
        new(pass, logger.CheckpointFailed, number => logger.CheckpointNotPassedOn(number, place, CheckpointOutlet.MaxWaiting));

    private Task Keep(string folder, long number, string note)
    {
        if (CheckpointFolder.Keep(folder, number, note))
            logger.OtherCheckpoint(number, folder);
        return Task.CompletedTask;
    }
}
