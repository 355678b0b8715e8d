using System.Diagnostics;
using AuditStream.Core.Flow;
using System.Text.Json;

namespace AuditStream.Fuzz;

/// <summary>Mutates records, gives them to the pipelines, and goes on with those that were answered in a way not seen before.</summary>
/// <remarks>Records come in histories, so that kept images meet each other; offsets rise. The same corpus and seed make the same records.</remarks>
internal sealed class FuzzRun(Corpus corpus, int seed, bool boundsTime)
{
    /// <summary>How many records a history has.</summary>
    private const int HistoryRecords = 64;

    /// <summary>How many ways of being answered are told apart; a record is kept for each.</summary>
    private const int MaxSignatures = 4096;

    /// <summary>The largest record that is mutated further, in bytes.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    /// <summary>How many failures end a run.</summary>
    private const int MaxFailures = 20;

    private readonly Random random = new(seed);
    private readonly Pipelines pipelines = new(corpus.Schemas, boundsTime);
    private readonly List<RawRecord> pool = [.. corpus.Records];
    private readonly HashSet<string> signatures = [];
    private readonly HashSet<string> failed = [];
    private readonly List<RawRecord> history = [];
    private readonly Figures figures = new();

    /// <summary>Runs until so many records or so much time are over.</summary>
    public Figures Run(long executions, TimeSpan time)
    {
        var mutator = new Mutator(random);
        var started = Stopwatch.GetTimestamp();
        while (figures.Executions < executions && Stopwatch.GetElapsedTime(started) < time && figures.Failures.Count < MaxFailures)
        {
            if (figures.Executions % HistoryRecords == 0)
            {
                history.Clear();
                pipelines.Begin();
            }

            var from = Pick();
            var record = (random.Next(8) == 0 ? from : mutator.Mutate(from, Pick())) with { Offset = figures.Executions };
            history.Add(record);
            if (pipelines.Check(record) is { } failure)
                Fail(failure);
            else
                Count(record);
            figures.Executions++;
        }

        figures.Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        figures.Signatures = signatures.Count;
        return figures;
    }

    /// <summary>Gives a history of records to pipelines that know nothing.</summary>
    public static Failure? Rerun(Corpus corpus, IEnumerable<RawRecord> records, bool boundsTime)
    {
        var pipelines = new Pipelines(corpus.Schemas, boundsTime);
        return records.Select(record => pipelines.Check(record)).FirstOrDefault(failure => failure is not null);
    }

    // Half of the records are those to begin with: what was found since does not crowd them out.
    private RawRecord Pick() => pool[random.Next(random.Next(2) == 0 ? corpus.Records.Count : pool.Count)];

    private void Count(in RawRecord record)
    {
        var size = record.Value.GetValueOrDefault().Length + record.Key.GetValueOrDefault().Length;
        if (pipelines.Milliseconds > figures.Slowest.Milliseconds && figures.Executions > HistoryRecords)
            figures.Slowest = (pipelines.Milliseconds, size, figures.Executions);
        if (pipelines.AllocatedBytes > figures.Largest.Bytes && figures.Executions > HistoryRecords)
            figures.Largest = (pipelines.AllocatedBytes, size, figures.Executions);
        if (pipelines.Last is not { } answer)
            return;
        figures.Outcomes[(int)answer.Outcome.Kind]++;
        if (signatures.Count < MaxSignatures && signatures.Add(SignatureOf(answer)) && size <= MaxKeptBytes)
            pool.Add(record);
    }

    private static string SignatureOf(Answer answer)
    {
        var (outcome, recognised) = (answer.Outcome, answer.Recognised);
        var reason = outcome.Rejection is { } rejection ? $"{rejection.Code} {rejection.Message}" : outcome.Skip.ToString();
        return $"{recognised.Framing} {recognised.Form} {outcome.Kind} {Math.Min(outcome.Events, 3)} {reason} "
            + string.Join(';', answer.Events.Take(2).Select(KindOf));
    }

    private static string KindOf(CopiedEvent one)
    {
        var value = JsonSerializer.Deserialize<JsonElement>(one.Value, EventProperties.Deep);
        var images = value.TryGetProperty("images", out var told)
            ? string.Join(',', told.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Name))
            : "";
        return $"{string.Join(',', value.EnumerateObject().Select(member => member.Name))} {images} {value.GetProperty("operation").GetString()}";
    }

    private void Fail(Failure failure)
    {
        if (!failed.Add($"{failure.Property} {failure.What}"))
            return;
        var records = new Minimizer(some => Rerun(corpus, some, boundsTime)?.Property == failure.Property).Minimize(history);
        figures.Failures.Add(failure with { Records = records, Execution = figures.Executions });
    }
}
