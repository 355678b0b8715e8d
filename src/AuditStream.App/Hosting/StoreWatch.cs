using System.Globalization;
using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.Core.Account;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Looks at the store's append-only layers from time to time, and raises an alarm when one is missing.</summary>
/// <remarks>
/// Purpose: who has the owner's rights can switch a layer off; that must not go unnoticed until somebody runs a check. Design: the first look when
/// the store was found fit, the next every <c>Postgres:SelfCheckSeconds</c>; what is new or mended since the look before is logged, counted, shown
/// in readiness, and written to the final topic as an <c>audit</c> event, so that it is in the trail itself. A note that could not be written is
/// tried again at the next look. Not guaranteed: a layer that is switched off and on again between two looks is not seen.
/// </remarks>
public sealed class StoreWatch(
    AuditStreamOptions options, StoreGate gate, IAuditNotes notes, StoreMetrics metrics, Readiness readiness, TimeProvider time, ILogger<StoreWatch> logger)
    : BackgroundService
{
    /// <summary>The part of readiness.</summary>
    public const string Part = "store-layers";

    private const string By = "auditstream";
    private const int MaxUnsentNotes = 100;

    private readonly Queue<AuditNote> unsent = new();
    private HashSet<StoreProblem> known = [];

    /// <summary>Looks once.</summary>
    /// <param name="check">The store, with the service's login.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task LookAsync(StoreCheck check, CancellationToken cancellationToken)
    {
        try
        {
            var problems = await check.SelfCheckAsync(cancellationToken).ConfigureAwait(false);
            foreach (var problem in problems.Where(problem => problem.IsOfThisLogin && !known.Contains(problem)))
                logger.StoreProblem(problem.Object, problem.Problem);
            Compare([.. problems]);
            await check.EnsurePartitionAheadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            logger.StoreNotLookedAt(exception.Message); // whoever writes waits for the store, or has stopped
        }
        await SendAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Postgres.SelfCheckSeconds == 0)
            return;
        var check = new StoreCheck(EdgeSettings.Writer(options));
        await using (check.ConfigureAwait(false))
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Postgres.SelfCheckSeconds), time);
            try
            {
                await gate.Passed.WaitAsync(stoppingToken).ConfigureAwait(false);
                do
                    await LookAsync(check, stoppingToken).ConfigureAwait(false);
                while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // told to stop
            }
        }
    }

    private void Compare(HashSet<StoreProblem> problems)
    {
        var missing = problems.Where(problem => !problem.IsOfThisLogin).ToList();
        metrics.LayerProblems(missing.Count);
        foreach (var problem in missing.Where(problem => !known.Contains(problem)))
            logger.StoreDrift(problem.Object, problem.Problem);
        foreach (var problem in known.Where(problem => !problem.IsOfThisLogin && !problems.Contains(problem)))
            logger.StoreMended(problem.Object, problem.Problem);
        Note("store-drift", [.. missing.Where(problem => !known.Contains(problem))]);
        Note("store-drift-mended", [.. known.Where(problem => !problem.IsOfThisLogin && !problems.Contains(problem))]);
        known = problems;
        if (missing.Count == 0)
            readiness.SetReady(Part);
        else
            readiness.SetNotReady(Part, $"{missing[0].Object}: {missing[0].Problem}{(missing.Count > 1 ? ", and more" : "")} (SELECT * FROM audit.self_check())");
    }

    private void Note(string action, List<StoreProblem> problems)
    {
        if (problems.Count == 0 || unsent.Count == MaxUnsentNotes)
            return;
        var reason = string.Join("; ", problems.Select(problem => $"{problem.Object}: {problem.Problem}"));
        unsent.Enqueue(new AuditNote
        {
            Action = action,
            Reason = reason.Length <= AuditNote.MaximumTextCharacters ? reason : reason[..AuditNote.MaximumTextCharacters],
            By = By,
            At = time.GetUtcNow(),
            Facts = new Dictionary<string, string> { ["problems"] = problems.Count.ToString(CultureInfo.InvariantCulture) },
        });
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (unsent.TryPeek(out var note))
            {
                await notes.SendAsync(note, cancellationToken).ConfigureAwait(false);
                _ = unsent.Dequeue();
            }
        }
        catch (AuditNoteException exception)
        {
            logger.NoteNotSent(exception.Message);
        }
    }
}
