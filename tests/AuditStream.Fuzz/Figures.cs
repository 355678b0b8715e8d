using System.Globalization;
using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>What a run did and found.</summary>
internal sealed class Figures
{
    public long Executions { get; set; }

    public double Seconds { get; set; }

    public int Signatures { get; set; }

    public long[] Outcomes { get; } = new long[3];

    public (double Milliseconds, int Bytes, long Execution) Slowest { get; set; }

    public (long Bytes, int OfBytes, long Execution) Largest { get; set; }

    public List<Failure> Failures { get; } = [];

    /// <summary>Tells it, and writes each failure's records to a file that <c>explain</c> reads.</summary>
    public void Write(TextWriter to, string folder, int seed)
    {
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Executions} records in {Seconds:f1} s, {Executions / Seconds:f0} a second, each through all pipelines; {Signatures} kinds of answers"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"emitted {Outcomes[0]}, skipped {Outcomes[1]}, rejected {Outcomes[2]}"));
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"slowest: {Slowest.Milliseconds:f2} ms for {Slowest.Bytes} bytes (record {Slowest.Execution}); the bound is {Pipelines.MaxMilliseconds} ms"));
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"most allocated: {Largest.Bytes} bytes for {Largest.OfBytes} (record {Largest.Execution}); the bound is {Pipelines.MaxAllocatedBytes} and {Pipelines.MaxAllocatedTimes} times the record"));
        foreach (var failure in Failures)
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{failure.Property}-{seed}-{failure.Execution}.jsonl"));
            File.WriteAllLines(path, failure.Records.Select(Line));
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"FAILED {failure.Property}: {failure.What} (seed {seed}, record {failure.Execution}): {path}"));
        }

        to.WriteLine(Failures.Count == 0 ? "nothing failed" : $"{Failures.Count} failed: mend it, and keep the file in tests/AuditStream.Fuzz/kept");
    }

    private static string Line(RawRecord record) => JsonSerializer.Serialize(new
    {
        topic = record.Topic,
        partition = record.Partition,
        offset = record.Offset,
        timestamp = record.TimestampMilliseconds,
        key_b64 = Base64(record.Key),
        value_b64 = Base64(record.Value),
        headers = record.Headers.Select(header => new[] { header.Name, Base64(header.Value) }),
    });

    private static string? Base64(ReadOnlyMemory<byte>? bytes) => bytes is null ? null : Convert.ToBase64String(bytes.Value.Span);
}
