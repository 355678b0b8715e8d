using System.Net;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Hosting;
using AuditStream.Core.Identity;
using AuditStream.Core.Sink;
using AuditStream.Streams;
using AuditStream.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Tests.Hosting;

public sealed class PipelineTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Workers_run_until_the_host_is_stopped_and_that_is_a_clean_end()
    {
        var worker = new WorkerOfTests("normalize");
        await using var host = await HostAsync(worker);
        await worker.Started.Task.WaitAsync(Within);
        await host.StopAsync();
        worker.HasEnded.ShouldBeTrue();
        Outcome(host).ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_worker_that_cannot_go_on_stops_the_others_and_the_host_with_1()
    {
        var (healthy, broken) = (new WorkerOfTests("normalize"), new WorkerOfTests("sink"));
        await using var host = await HostAsync(healthy, broken);
        await healthy.Started.Task.WaitAsync(Within);
        broken.Failure.SetException(new StreamsException("Not allowed to write: grant it."));
        await host.WaitForShutdownAsync().WaitAsync(Within);
        healthy.HasEnded.ShouldBeTrue();
        Outcome(host).ExitCode.ShouldBe(ExitCode.FoundWrong);
        Outcome(host).Failure.ShouldBe("Not allowed to write: grant it.");
    }

    [Fact]
    public async Task A_systemic_error_of_the_store_ends_the_run_and_a_strange_key_is_a_matter_of_configuration()
    {
        (await EndOfAsync(new StoreException(StoreErrorClass.Systemic, "42P01", "Missing table.", null))).ExitCode.ShouldBe(ExitCode.FoundWrong);
        (await EndOfAsync(new StoreException(StoreErrorClass.Systemic, "identity", "Another key.", null))).ExitCode.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task A_fault_of_the_program_ends_the_run_without_its_message_on_the_outside()
    {
        var outcome = await EndOfAsync(new InvalidOperationException("swordfish"));
        outcome.ExitCode.ShouldBe(ExitCode.FoundWrong);
        outcome.Failure.ShouldNotBeNull().ShouldNotContain("swordfish");
    }

    [Fact]
    public async Task Readiness_follows_what_the_workers_report()
    {
        var worker = new WorkerOfTests("normalize") { WaitsFor = "Kafka" };
        await using var host = await HostAsync(worker, port: FreePorts.One());
        await Eventually.HoldsAsync("not ready with the reason", Within, async () => (await GetAsync(host, "/health/ready"))
            == (HttpStatusCode.ServiceUnavailable,
                """{"status":"not-ready","checks":[{"name":"normalize","ready":false,"reason":"normalize-1: waits for Kafka"}]}"""));
        (await GetAsync(host, "/health/live")).ShouldBe((HttpStatusCode.OK, """{"status":"live"}"""));
        worker.WaitsFor = null;
        await Eventually.HoldsAsync("ready", Within, async () => (await GetAsync(host, "/health/ready"))
            == (HttpStatusCode.OK, """{"status":"ready","checks":[{"name":"normalize","ready":true}]}"""));
        var (status, metrics) = await GetAsync(host, "/metrics");
        status.ShouldBe(HttpStatusCode.OK);
        metrics.ShouldContain("# TYPE auditstream_records_consumed_total counter");
        await host.StopAsync();
    }

    private static async Task<RunOutcome> EndOfAsync(Exception failure)
    {
        var worker = new WorkerOfTests("sink");
        await using var host = await HostAsync(worker);
        worker.Failure.SetException(failure);
        await host.WaitForShutdownAsync().WaitAsync(Within);
        return Outcome(host);
    }

    private static Task<WebApplication> HostAsync(params WorkerOfTests[] workers) => HostAsync(workers, port: 0);

    private static Task<WebApplication> HostAsync(WorkerOfTests worker, int port) => HostAsync([worker], port);

    // The service's own host; only its workers are others. Without the sink's role it asks nothing of a store.
    private static async Task<WebApplication> HostAsync(WorkerOfTests[] workers, int port)
    {
        var options = ConfigurationReader.Read(file: null, ["Roles=normalize", "Raw:Topics=t", $"Http:Port={port}"]);
        var builder = ServiceHost.CreateBuilder(options, new IdentityKey(new byte[32]));
        builder.Logging.ClearProviders();
        foreach (var registered in builder.Services.Where(service => service.ServiceType == typeof(IStreamWorker)).ToList())
            builder.Services.Remove(registered);
        foreach (var worker in workers)
            builder.Services.AddSingleton<IStreamWorker>(worker);
        var host = ServiceHost.Build(builder);
        await host.StartAsync();
        return host;
    }

    private static RunOutcome Outcome(WebApplication host) => host.Services.GetRequiredService<RunOutcome>();

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(WebApplication host, string path)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<AuditStreamOptions>().Http.Port}{path}"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
