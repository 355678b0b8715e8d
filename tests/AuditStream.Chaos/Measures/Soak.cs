using System.Diagnostics;
using System.Globalization;
using AuditStream.Chaos.Source;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;

namespace AuditStream.Chaos.Measures;

/// <summary>One instance under as much load as it takes, without faults, for a long time: does its memory stay?</summary>
/// <remarks>The backlog is kept between two bounds, on the raw topics and before the store, so that nothing waits for the source and no topic grows
/// without end; old segments are deleted behind it.</remarks>
internal sealed class Soak(TimeSpan time, int seed, bool withState, TextWriter output)
{
    private const int MaxBacklog = 60_000;
    private const int Step = 2_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(15);
    private static readonly string[] brokerSettings =
        ["log.retention.bytes=268435456", "log.segment.bytes=67108864", "log.retention.check.interval.ms=5000"];

    /// <summary>Runs.</summary>
    /// <returns>Whether memory was flat.</returns>
    internal async Task<bool> RunAsync()
    {
        await using var stack = await ChaosStack.StartNewAsync(brokers: 1, brokerSettings);
        if (!withState)
            stack.LeaveImagesOut();
        await using var process = stack.Start("soak", withState ? Fleet.AllRoles : "normalize,sink");
        await process.ReadyAsync();
        using var feed = new RawFeed(stack.Kafka.BootstrapServers);
        var source = new MadeSource(seed);
        var memory = new MemoryLine();
        output.WriteLine($"one instance, {(withState ? "row images of two tables of three" : "without row images")}, full load, one broker and PostgreSQL on the same machine");
        var (clock, reading, line) = (Stopwatch.StartNew(), Stopwatch.StartNew(), Stopwatch.StartNew());
        var sent = 0L;
        var last = await LoadAsync(process);
        while (clock.Elapsed < time)
        {
            var load = await LoadAsync(process);
            for (; sent - load.Consumed < MaxBacklog - Step && load.Produced - load.Stored < MaxBacklog; sent += Step)
                Send(feed, source);
            if (reading.Elapsed > BetweenReadings)
            {
                memory.Read(process.Id, clock.Elapsed);
                reading.Restart();
            }
            if (line.Elapsed > BetweenLines)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{clock.Elapsed.TotalSeconds,5:F0} s  RSS {memory.Latest:F0} MB  {(load.Consumed - last.Consumed) / line.Elapsed.TotalSeconds:F0} records/s  {(load.Stored - last.Stored) / line.Elapsed.TotalSeconds:F0} rows/s"));
                last = load;
                line.Restart();
            }
            await Pause.ForAsync(Look, CancellationToken.None);
        }
        var end = await LoadAsync(process);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{end.Consumed} records in {clock.Elapsed.TotalSeconds:F0} s, {end.Consumed / clock.Elapsed.TotalSeconds:F0} records/s; RSS warm {memory.Warm:F0} MB, at the end {memory.End:F0} MB, peak {memory.Peak:F0} MB, slope {memory.SlopePerMinute:F2} MB a minute: {(memory.IsFlat ? "flat" : "NOT FLAT")}"));
        var (exitCode, _) = await process.StopAsync(PosixSignal.Terminate, TimeSpan.FromSeconds(60));
        if (exitCode != 0)
            output.WriteLine($"the instance ended with {exitCode}: {process.Output.Tail(5)}");
        return memory.IsFlat && exitCode == 0;
    }

    private static void Send(RawFeed feed, MadeSource source)
    {
        for (var record = 0; record < Step; record++)
            feed.Write(source.Next());
    }

    private static async Task<(long Consumed, long Produced, long Stored)> LoadAsync(AuditStreamProcess process)
    {
        var metrics = await process.MetricsAsync();
        return ((long)metrics.Sum("auditstream_records_consumed_total", "chaos.public"), (long)metrics.Sum("auditstream_events_produced_total"),
            (long)metrics.Sum("auditstream_sink_rows_total"));
    }
}
