using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>What is to become of each event of one batch, while one attempt to write it is under way.</summary>
internal sealed class BatchPlan
{
    /// <summary>This many refused events, and this share of the batch, are no longer about rows: something is wrong with all of
    /// them.</summary>
    private const int RefusedSystemicCount = 50;
    private const int RefusedSystemicPercent = 5;

    private readonly Dictionary<(Guid, long), AuditRow> _first;
    private readonly Dictionary<(Guid, long), PostgresException> _refusals = [];
    private readonly List<AuditRow> _promoted = [];
    private readonly int _events;
    private readonly string _topic;

    public BatchPlan(StoreBatch batch, string topic)
    {
        _events = batch.Events.Count;
        _topic = topic;
        _first = new Dictionary<(Guid, long), AuditRow>(_events);
        Fresh = new List<AuditRow>(_events);
        foreach (var row in batch.Events)
        {
            if (_first.TryAdd(KeyOf(row), row))
                Fresh.Add(row);
            else
                Twins.Add(row);
        }
    }

    /// <summary>Events to be copied: each id once, without those that are known to be stored or were refused.</summary>
    public List<AuditRow> Fresh { get; private set; }

    /// <summary>Events whose id is in the batch before them.</summary>
    public List<AuditRow> Twins { get; } = [];

    /// <summary>The events that this attempt has added to the table, once all is written.</summary>
    public IEnumerable<AuditRow> Added => Fresh.Concat(_promoted).Where(row => _first.TryGetValue(KeyOf(row), out var first) && ReferenceEquals(first, row));

    /// <summary>Events with other facts than those under their id, and the facts that are stored.</summary>
    public List<(AuditRow Row, byte[] StoredFactHash)> Diverged { get; } = [];

    /// <summary>The refused events, as dead letters of stage <c>store</c>.</summary>
    public List<DeadLetterRow> Refused { get; } = [];

    /// <summary>The SQLSTATE of the first refusal; empty without one.</summary>
    public string FirstRefusal { get; private set; } = "";

    public int Duplicates { get; private set; }

    public int Restated { get; private set; }

    /// <summary>How many events are of a retired range: they were stored and archived once, and are skipped.</summary>
    public int Retired { get; private set; }

    public int Inserted => _events - Duplicates - Restated - Diverged.Count - Refused.Count - Retired;

    /// <summary>Takes out of <see cref="Fresh"/> what the store has: element n of <paramref name="stored"/> is about row n; default: not
    /// stored.</summary>
    public void Compare((short Scheme, byte[]? FactHash)[] stored)
    {
        var fresh = new List<AuditRow>(Fresh.Count);
        for (var index = 0; index < Fresh.Count; index++)
        {
            if (stored[index].FactHash is { } factHash)
                Compare(Fresh[index], stored[index].Scheme, factHash);
            else
                fresh.Add(Fresh[index]);
        }
        Fresh = fresh;
    }

    /// <summary>Compares a twin with the first of its id; false when that one was refused, so that the twin is the first now.</summary>
    public bool CompareTwin(AuditRow twin)
    {
        if (!_first.TryGetValue(KeyOf(twin), out var first))
            return false;
        Compare(twin, first.FactScheme, first.FactHash);
        return true;
    }

    /// <summary>A twin whose first was refused, and that is stored now.</summary>
    public void Promote(AuditRow twin)
    {
        _first.Add(KeyOf(twin), twin);
        _promoted.Add(twin);
    }

    /// <summary>Skips an event of a retired range. No dead letter: a replay would bring back as dead letters all that was retired.</summary>
    public void Retire(AuditRow row)
    {
        if (_first.TryGetValue(KeyOf(row), out var first) && ReferenceEquals(first, row))
            _ = _first.Remove(KeyOf(row));
        Retired++;
    }

    /// <summary>Refuses an event as a record.</summary>
    /// <exception cref="StoreException">Systemic: too many are refused for them to be at fault.</exception>
    public void Refuse(AuditRow row, PostgresException exception)
    {
        var code = exception.SqlState;
        if (Refused.Count == 0)
            FirstRefusal = code;
        if (_first.TryGetValue(KeyOf(row), out var first) && ReferenceEquals(first, row))
            _ = _first.Remove(KeyOf(row));
        _refusals[KeyOf(row)] = exception;
        Refused.Add(new DeadLetterRow
        {
            Stage = "store",
            Reason = ReasonOf(code),
            Message = $"The store refused the event: {code}, {StoreErrors.Find(code).Name}.",
            Topic = _topic,
            Partition = row.Shard,
            Shard = row.Shard,
            Offset = row.StreamOffset,
            TimestampMilliseconds = -1, // the topic has it; a row does not
            Key = null,
            Value = row.Body.ToArray(),
            HeadersJson = HeadersOf(row),
        });
        if (Refused.Count >= RefusedSystemicCount && Refused.Count * 100L >= _events * (long)RefusedSystemicPercent)
        {
            throw new StoreException(StoreErrorClass.Systemic, FirstRefusal, $"Writing {_events} events failed: the store refuses {Refused.Count} of them "
                + $"or more, the first with {FirstRefusal}, {StoreErrors.Find(FirstRefusal).Name}. That many are not at fault themselves: nothing was "
                + "written and nothing became a dead letter. Compare the schema (auditstream migrate) and the product's version.", null);
        }
    }

    /// <summary>Refuses a twin with what its first was refused with: that was about their instant.</summary>
    public void RefuseAsFirst(AuditRow twin) => Refuse(twin, _refusals[KeyOf(twin)]);

    /// <summary>Goes on with a part of <see cref="Fresh"/>: the others were refused.</summary>
    public void Keep(List<AuditRow> rows) => Fresh = rows;

    private void Compare(AuditRow row, short storedScheme, byte[] storedFactHash)
    {
        if (row.FactScheme != storedScheme)
            Restated++;
        else if (row.FactHash.AsSpan().SequenceEqual(storedFactHash))
            Duplicates++;
        else
            Diverged.Add((row, storedFactHash));
    }

    private static (Guid, long) KeyOf(AuditRow row) => (row.EventId, row.OccurredAtMilliseconds);

    private static string ReasonOf(string code) => code switch
    {
        "AU001" or "22008" => "occurred-at-out-of-bounds",
        _ when code.StartsWith("22", StringComparison.Ordinal) => "store-data",
        _ when code.StartsWith("23", StringComparison.Ordinal) => "store-constraint",
        _ => "store-limit",
    };

    /// <summary>The headers that a re-driven record needs and the body does not hold.</summary>
    private static string HeadersOf(AuditRow row)
    {
        var factHash = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{row.FactScheme}:{Convert.ToHexStringLower(row.FactHash)}"));
        var eventUid = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(row.EventUid));
        return JsonSerializer.Serialize(new string[][]
        {
            ["auditstream-fact-hash", Convert.ToBase64String(factHash)], ["auditstream-event-uid", Convert.ToBase64String(eventUid)],
        });
    }
}
