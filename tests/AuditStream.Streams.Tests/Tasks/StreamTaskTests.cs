using System.Diagnostics.Metrics;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Tasks;
using AuditStream.Streams.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.Streams.Tests.Tasks;

public sealed class StreamTaskTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly StreamTask task;

    public StreamTaskTests() => task = new StreamTask(
        new TaskId(TaskId.Normalize, "raw", 0), new CopyHandler(), state: null, new TaskLedger(TimeProvider.System, TimeSpan.FromSeconds(10)),
        new StreamsMetrics(services.GetRequiredService<IMeterFactory>()));

    public void Dispose() => services.Dispose();

    [Fact]
    public void Nothing_leads_out_of_a_closed_task()
    {
        task.Begin();
        task.Dispose();
        Should.Throw<InvalidOperationException>(task.Begin).Message
            .ShouldBe("Changing the state of normalize:raw-0 failed: Closed has no arrow to Running.");
    }

    [Fact]
    public void A_task_that_is_stopped_does_not_go_on()
    {
        task.Begin();
        task.Stop();
        task.IsStopped.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(task.GoOn);
    }

    [Fact]
    public void A_task_without_state_works_at_once()
    {
        task.IsRestoring.ShouldBeTrue();
        task.Begin();
        task.IsRestoring.ShouldBeFalse();
    }
}
