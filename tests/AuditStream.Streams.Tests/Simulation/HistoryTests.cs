using AuditStream.Simulation;

namespace AuditStream.Streams.Tests.Simulation;

/// <summary>The short form of <c>./dev simulate</c>: seeds that failed once, and as many more as a test run has time for.</summary>
public sealed class HistoryTests
{
    private const int First = 20_260_101;
    private const int Histories = 150;

    [Fact]
    public void Seeds_that_failed_once_and_others_lose_repeat_and_reorder_nothing()
    {
        var figures = Figures.Run(Seeds.Kept.Concat(Enumerable.Range(First, Histories)));
        figures.Failed.Select(report => $"seed {report.Seed}: {string.Join("; ", report.Breaches.Take(5))}").ShouldBeEmpty();
        figures.Histories.ShouldBe(Seeds.Kept.Count + Histories);
    }

    [Fact]
    public void Each_history_has_records_processes_and_faults_enough()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var report = History.Run(seed);
            report.Counts.Records.ShouldBeGreaterThanOrEqualTo(200);
            report.Counts.Faults.ShouldBeGreaterThanOrEqualTo(3);
            report.Counts.Processes.ShouldBeGreaterThanOrEqualTo(2);
        }
    }

    [Fact]
    public void The_same_seed_makes_the_same_history()
    {
        var one = History.Run(7, keepsTrace: true);
        var other = History.Run(7, keepsTrace: true);
        one.Trace.Count.ShouldBeGreaterThan(100);
        other.Trace.ShouldBe(one.Trace);
        History.Run(8, keepsTrace: true).Trace.ShouldNotBe(one.Trace);
    }
}
