using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.Bench;

/// <summary>How fast the rooms are on one core, beside the ceiling of the same run: tokenising the same bytes and doing nothing with them.</summary>
/// <remarks>Both take turns, round by round; times are processor time, so that what else the machine does counts little; figures are medians
/// of the rounds.</remarks>
internal static class CoreBench
{
    private const int Records = 4_000;
    private const int WarmUpRounds = 40;
    private const int MinimumRounds = 15;
    private const int MaximumRounds = 10_000;

    /// <summary>What all threads of the process have taken of the processors: others on the machine do not count.</summary>
    internal static TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime;

    public static int Run(string[] arguments)
    {
        var seconds = 5;
        if (arguments is ["--seconds", var text])
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 1 or > 3_600)
                return Usage();
        }
        else if (arguments.Length > 0)
        {
            return Usage();
        }
        Console.WriteLine(
            $"Per second of processor time; {Records:N0} different update records a round, {seconds} s a line, medians; .NET {Environment.Version}, "
            + $"{Environment.ProcessorCount} processors seen.");
        Console.WriteLine();
        Console.WriteLine(
            "| update                    | record | event  | tokens only | whole core  | time  | allocated | target    |"
            + " µs: decode + stamp + diff + protect + emit |");
        Console.WriteLine(
            "|---------------------------|-------:|-------:|------------:|------------:|------:|----------:|----------:|"
            + "-------------------------------------------:|");
        var small = BenchRecords.Small(Records);
        Measure("8 columns", small, seconds, target: "200,000/s");
        Measure("20 columns", BenchRecords.Large(Records), seconds, target: "120,000/s");
        Measure("8 columns, Connect schema", BenchRecords.SmallWithSchema(Records), seconds, target: "none");
        // No reader of tokens reads Avro: beside it stand the tokens of the same changes in JSON.
        Measure("8 columns, Avro", AvroRecords.Of(small), seconds, target: "none", tokens: small);
        Measure("8 columns, DMS", DmsRecords.Of(small), seconds, target: "none");
        Measure("4 of 8 columns, DMS", DmsRecords.Sparse(small), seconds, target: "none");
        Console.WriteLine();
        ReadBack.Measure("8 columns", BenchRecords.Small(Records), seconds);
        ReadBack.Measure("20 columns", BenchRecords.Large(Records), seconds);
        return 0;
    }

    private static void Measure(string name, RawRecord[] records, int seconds, string target, RawRecord[]? tokens = null)
    {
        tokens ??= records;
        var rooms = new Rooms();
        var normalizer = new Normalizer(Rooms.Settings, AvroRecords.Schemas);
        var output = new CountingOutput();
        for (var i = 0; i < WarmUpRounds; i++)
        {
            Tokenise(tokens);
            Normalize(normalizer, records, output);
            rooms.Run(records);
        }
        var tokenising = new List<TimeSpan>();
        var normalizing = new List<TimeSpan>();
        output.Clear();
        rooms.Clear();
        long allocated = 0;
        var whole = Stopwatch.StartNew();
        while ((whole.Elapsed.TotalSeconds < seconds || normalizing.Count < MinimumRounds) && normalizing.Count < MaximumRounds)
        {
            var start = ProcessorTime;
            Tokenise(tokens);
            tokenising.Add(ProcessorTime - start);
            var bytesBefore = GC.GetAllocatedBytesForCurrentThread();
            start = ProcessorTime;
            Normalize(normalizer, records, output);
            normalizing.Add(ProcessorTime - start);
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytesBefore;
            rooms.Run(records);
        }
        long processed = (long)Records * normalizing.Count;
        if (output.Events != processed)
            throw new InvalidOperationException($"{processed} records gave {output.Events} events: the figures would mean nothing.");
        var (alone, core) = (Median(tokenising), Median(normalizing));
        var recordBytes = records.Sum(record => (long)record.Value.GetValueOrDefault().Length) / Records;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"| {name,-25} | {recordBytes,4} B | {output.Bytes / processed,4} B | {Records / alone.TotalSeconds,9:N0}/s "
            + $"| {Records / core.TotalSeconds,9:N0}/s | {core / alone,5:F2} | {allocated / (double)processed,7:F1} B | {target,9} "
            + $"| {rooms.Line(Records),42} |");
        Console.WriteLine(line);
    }

    private static void Normalize(Normalizer normalizer, RawRecord[] records, CountingOutput output)
    {
        foreach (ref readonly var record in records.AsSpan())
        {
            var outcome = normalizer.Process(record, output);
            if (outcome.Kind != OutcomeKind.Emitted)
                throw new InvalidOperationException($"A record was not taken: {outcome.Kind} {outcome.Rejection?.Message}");
        }
    }

    private static void Tokenise(RawRecord[] records)
    {
        foreach (ref readonly var record in records.AsSpan())
        {
            var reader = new Utf8JsonReader(record.Value.GetValueOrDefault().Span);
            while (reader.Read())
            {
            }
        }
    }

    private static int Usage()
    {
        Console.Error.WriteLine("auditstream-bench core [--seconds N]: N from 1 to 3600.");
        return 2;
    }

    internal static TimeSpan Median(List<TimeSpan> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }

    private sealed class CountingOutput : IAuditEventOutput
    {
        public long Events { get; private set; }

        public long Bytes { get; private set; }

        public void Emit(AuditEvent auditEvent)
        {
            Events++;
            Bytes += auditEvent.Value.Length;
        }

        public void Clear() => (Events, Bytes) = (0, 0);
    }
}
