using System.Globalization;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using AuditStream.Streams;
using AuditStream.Streams.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Makes checkpoints while the sink runs, and one when it has stopped: to the store, to their topic and to a folder.</summary>
/// <remarks>A checkpoint that cannot be made or passed on is told and tried again at the next time: events do not wait for it.</remarks>
public sealed class CheckpointService(
    AuditStreamOptions options, CheckpointTopic topic, TimeProvider time, ILogger<CheckpointService> logger) : BackgroundService
{
    private readonly Queue<(long Number, string Note)> unsent = new();

    /// <summary>Registered before the pipeline, so that it is stopped after it: the last checkpoint covers the last block.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (File.Exists(CheckpointKeyFile.PathOf(options)))
            await MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!File.Exists(CheckpointKeyFile.PathOf(options)))
        {
            logger.NoCheckpoints(CheckpointKeyFile.PathOf(options));
            return;
        }
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

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var key = CheckpointKeyFile.Load(CheckpointKeyFile.PathOf(options));
            await using var table = new CheckpointTable(EdgeSettings.Writer(options));
            if (await table.MakeAsync(options.ApplicationId, key, cancellationToken).ConfigureAwait(false) is { } made)
                unsent.Enqueue(made);
            while (unsent.TryPeek(out var next))
            {
                if (options.Checkpoint.Folder is { } folder)
                    Write(folder, next.Number, next.Note);
                await topic.SendAsync(next.Number, next.Note, cancellationToken).ConfigureAwait(false);
                _ = unsent.Dequeue();
            }
        }
        catch (Exception exception) when (exception is StoreException or ClientException or ConfigurationException
            or IOException or UnauthorizedAccessException)
        {
            logger.CheckpointFailed(exception.Message);
        }
    }

    // Written beside it first: a reader never sees half of one.
    private static void Write(string folder, long number, string note)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{number:D12}.note"));
        File.WriteAllText(path + ".part", note);
        File.Move(path + ".part", path, overwrite: true);
    }
}
