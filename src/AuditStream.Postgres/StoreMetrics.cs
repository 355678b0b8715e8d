using System.Diagnostics.Metrics;
using AuditStream.Core.Sink;

namespace AuditStream.Postgres;

/// <summary>The store's instruments, meter <c>AuditStream.Postgres</c>.</summary>
public sealed class StoreMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "AuditStream.Postgres";

    private readonly Meter _meter;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _batchDuration;
    private int _layerProblems;

    /// <summary>Makes the instruments.</summary>
    public StoreMetrics(IMeterFactory meterFactory)
    {
        _meter = meterFactory.Create(MeterName);
        _rows = _meter.CreateCounter<long>("auditstream.store.rows", "{row}",
            "Events given to the store, by outcome: inserted, duplicate, restated, divergence, refused, retired.");
        _deadLetters = _meter.CreateCounter<long>("auditstream.store.dead_letters", "{row}", "Dead letters that are new in the table.");
        _errors = _meter.CreateCounter<long>("auditstream.store.errors", "{error}", "Batches that could not be written, by class: transient, systemic.");
        _ = _meter.CreateObservableGauge("auditstream.store.layer_problems", ObserveLayerProblems, "{problem}",
            "What the last look at the store's append-only layers found missing.");
        _batchDuration = _meter.CreateHistogram("auditstream.store.batch.duration", "s", "From the call to the commit of a batch.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            });
    }

    /// <summary>Keeps how many append-only layers are missing now.</summary>
    public void LayerProblems(int count) => Volatile.Write(ref _layerProblems, count);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void BatchWritten(BatchOutcome outcome, TimeSpan duration)
    {
        AddRows(outcome.Inserted, "inserted");
        AddRows(outcome.Duplicates, "duplicate");
        AddRows(outcome.Restated, "restated");
        AddRows(outcome.Divergences, "divergence");
        AddRows(outcome.Refused, "refused");
        AddRows(outcome.Retired, "retired");
        if (outcome.DeadLetters > 0)
            _deadLetters.Add(outcome.DeadLetters);
        _batchDuration.Record(duration.TotalSeconds);
    }

    internal void BatchFailed(StoreErrorClass errorClass) =>
        _errors.Add(1, new KeyValuePair<string, object?>("class", errorClass == StoreErrorClass.Transient ? "transient" : "systemic"));

    private int ObserveLayerProblems() => Volatile.Read(ref _layerProblems);

    private void AddRows(int count, string outcome)
    {
        if (count > 0)
            _rows.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
    }
}
