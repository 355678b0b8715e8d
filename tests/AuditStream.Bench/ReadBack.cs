using System.Diagnostics;
using System.Globalization;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Sink;

namespace AuditStream.Bench;

/// <summary>How fast the sink reads events back into rows, which own their memory.</summary>
internal static class ReadBack
{
    private const int WarmUpRounds = 20;
    private const int MaximumRounds = 10_000;

    public static void Measure(string name, RawRecord[] records, int seconds)
    {
        var events = new Keeper();
        var normalizer = new Normalizer(Rooms.Settings);
        foreach (var record in records)
            normalizer.Process(record, events);
        var reader = new AuditRowReader(Rooms.Settings.IdentityKey.Fingerprint);
        var times = new List<TimeSpan>();
        for (var i = 0; i < WarmUpRounds; i++)
            ReadAll(reader, events.Records);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var whole = Stopwatch.StartNew();
        while (whole.Elapsed.TotalSeconds < seconds && times.Count < MaximumRounds)
        {
            var start = CoreBench.ProcessorTime;
            ReadAll(reader, events.Records);
            times.Add(CoreBench.ProcessorTime - start);
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var bodyBytes = events.Records.Sum(record => (long)record.Value.GetValueOrDefault().Length) / records.Length;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Sink, {name}: {records.Length / CoreBench.Median(times).TotalSeconds:N0} events/s read back into rows, "
            + $"{allocated / times.Count / records.Length:N0} B allocated each, of which {bodyBytes:N0} B are the body."));
    }

    private static void ReadAll(AuditRowReader reader, List<RawRecord> records)
    {
        foreach (var record in records)
        {
            if (reader.Read(record, out var rejection) is null)
                throw new InvalidOperationException($"An event was not read back: {rejection?.Message}");
        }
    }

    private sealed class Keeper : IAuditEventOutput
    {
        public List<RawRecord> Records { get; } = [];

        public void Emit(AuditEvent auditEvent) => Records.Add(new RawRecord
        {
            Topic = "audit.events", Partition = 0, Offset = Records.Count, TimestampMilliseconds = auditEvent.TimestampMilliseconds,
            Key = auditEvent.Key.ToArray(), Value = auditEvent.Value.ToArray(),
            Headers = [.. auditEvent.Headers.Select(header => header with { Value = header.Value?.ToArray() })],
        });
    }
}
