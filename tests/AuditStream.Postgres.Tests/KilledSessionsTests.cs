using AuditStream.Core.Sink;
using AuditStream.Postgres.Tests.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

/// <summary>Sessions that the server ends at whatever moment: all that a run asks of its store says so in one way, and none of it ends the run.</summary>
[Collection(PostgresServer.Collection)]
public sealed class KilledSessionsTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const int Kills = 100;
    private const int BatchRows = 20;
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task Whatever_a_run_does_when_its_session_is_killed_is_transient_and_every_event_is_there_once()
    {
        using var over = new CancellationTokenSource();
        await using var check = new StoreCheck(database.Writer);
        await using var table = new CheckpointTable(database.Writer);
        await using var store = new TestStore(database.Writer);
        var signer = new TestSigner();
        var batches = 0;
        Task[] working =
        [
            RepeatAsync(() => check.RequireAsync(AuditDatabase.Fingerprint, None), over.Token),
            RepeatAsync(async () => (await check.SelfCheckAsync(None)).ShouldBeEmpty(), over.Token),
            RepeatAsync(() => check.EnsurePartitionAheadAsync(None), over.Token),
            RepeatAsync(() => table.MakeAsync("killed", signer, None), over.Token),
            RepeatAsync(
                async () =>
                {
                    _ = await store.Store.WriteAsync(Rows.Batch(batches * BatchRows, BatchRows), None);
                    batches++;
                },
                over.Token),
        ];
        var killed = 0L;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (killed < Kills && working.All(work => !work.IsCompleted))
        {
            timeout.Token.ThrowIfCancellationRequested();
            // One at a time and any of them, so that the others get on; half of them at work, half between two statements.
            killed += await database.AskAsync<long>("SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity "
                + $"WHERE usename = '{database.WriterLogin}' AND (state = 'active' OR random() < 0.5) ORDER BY random() LIMIT 1) one");
        }
        await over.CancelAsync();
        await Task.WhenAll(working);
        (await database.AskAsync<long>("SELECT count(*) FROM audit.event")).ShouldBe(batches * BatchRows);
        (await database.AskAsync<long>("SELECT count(*) FROM audit.divergence")).ShouldBe(0);
        (await check.SelfCheckAsync(None)).ShouldBeEmpty();
    }

    /// <summary>Does something again and again, the last time until it is done. Whatever is thrown that is no transient error of the store ends the
    /// test.</summary>
    private static Task RepeatAsync(Func<Task> work, CancellationToken over) => Task.Run(async () =>
    {
        for (var isDone = false; !isDone;)
        {
            var isLast = over.IsCancellationRequested;
            try
            {
                await work();
                isDone = isLast;
            }
            catch (StoreException exception)
            {
                exception.ErrorClass.ShouldBe(StoreErrorClass.Transient, exception.Message);
            }
        }
    }, None);
}
