using System.Diagnostics;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;

namespace AuditStream.Fuzz;

/// <summary>The whole of Core several times over, and what must hold between the times.</summary>
/// <remarks>
/// <code>
/// warm      lives as long as the run: its caches are full of other records       the same bytes as cold
/// cold      made anew with every history
/// kept      keeps row images, made anew with every history                       the same bytes as its twin; the ids of warm
/// other     a policy, flat rows or tombstones that delete, by turns              outcome, canonical, read back; what the policy hides is nowhere
/// </code>
/// </remarks>
internal sealed class Pipelines
{
    /// <summary>The longest that a record may take, in milliseconds: the least of <see cref="Attempts"/> by normalizers that know nothing yet.</summary>
    public const double MaxMilliseconds = 50;

    /// <summary>What a record that is made of thousands of changes may take besides, in microseconds for each of its events.</summary>
    public const double MaxMicrosecondsOfEvent = 10;

    /// <summary>What a record may allocate, in bytes: this much, <see cref="MaxAllocatedTimes"/> its own size, and
    /// <see cref="MaxAllocatedBytesOfEvent"/> for each of its events.</summary>
    public const long MaxAllocatedBytes = 4 * 1024 * 1024;

    /// <summary>See <see cref="MaxAllocatedBytes"/>.</summary>
    public const long MaxAllocatedBytesOfEvent = 4 * 1024;

    /// <summary>See <see cref="MaxAllocatedBytes"/>.</summary>
    public const int MaxAllocatedTimes = 64;

    private const int Attempts = 3;

    /// <summary>What took longer, in milliseconds, is measured again.</summary>
    private const double DoubtfulMilliseconds = 5;

    private static readonly IdentityKey Key = new("auditstream fuzz: a key of no use elsewhere"u8);

    private static readonly SourceSettings[] Others =
    [
        new()
        {
            ReplicaIdentity = ReplicaIdentity.Full, IncludeNullAndEmpty = true, ReplaceNullWithDefault = false,
            SkippedTables = ["s.signal"], Engine = "oracle",
        },
        new()
        {
            ReplicaIdentity = ReplicaIdentity.Key, Tombstones = TombstoneMeaning.Delete, ActorColumns = ["name", "id"],
            DeepDiff = ["*"], ActorHeaders = ["__op"], KeepsImages = true, Name = "named", BeforeImagePrefix = "",
        },
        new() { Dialect = SourceDialect.Flat, Schema = "s", KeepsImages = true, TopicPattern = @"(?<database>[^.]+)\.(?<schema>[^.]+)\.(?<table>.+)|.*" },
    ];

    private readonly ISchemaSource schemas;
    private readonly bool boundsTime;
    private readonly NoOutput nothing = new();
    private readonly Normalizer warm;
    private Normalizer cold;
    private Normalizer kept;
    private Normalizer twin;
    private Normalizer[] others;
    private int turn;

    /// <summary>Makes them.</summary>
    /// <param name="schemas">The schemas of records in Avro.</param>
    /// <param name="boundsTime">False where another load of the machine must not decide: a record that is too slow is then no failure.</param>
    public Pipelines(ISchemaSource schemas, bool boundsTime)
    {
        this.schemas = schemas;
        this.boundsTime = boundsTime;
        warm = Plain();
        (cold, kept, twin, others) = Fresh();
    }

    /// <summary>What holds of the events.</summary>
    public EventProperties Properties { get; } = new(Key.Fingerprint);

    /// <summary>How long the last record took the first time, in milliseconds.</summary>
    public double Milliseconds { get; private set; }

    /// <summary>What the last record allocated the first time, in bytes.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>What became of the last record.</summary>
    public Answer? Last { get; private set; }

    /// <summary>Begins a history of rows: nothing is known of any.</summary>
    public void Begin()
    {
        (cold, kept, twin, others) = Fresh();
        turn = 0;
    }

    /// <summary>Null, or what does not hold of a record.</summary>
    public Failure? Check(in RawRecord record)
    {
        try
        {
            return Cost(record) ?? Outcomes(record);
        }
        catch (Exception exception)
        {
            // Whatever it is: no record may throw.
            var place = new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod()).FirstOrDefault(method => method is not null);
            return new Failure("exception", $"{exception.GetType().Name} in {place?.DeclaringType?.Name}.{place?.Name}: {exception.Message}");
        }
    }

    /// <summary>Null, or what a record costs too much of.</summary>
    /// <param name="record">The record.</param>
    /// <param name="microsecondsOfEvent">What it may take besides for each of its events.</param>
    public Failure? Cost(in RawRecord record, double microsecondsOfEvent = 0)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var events = warm.Process(record, nothing).Events;
        Milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var size = record.Value.GetValueOrDefault().Length + record.Key.GetValueOrDefault().Length;
        if (AllocatedBytes > MaxAllocatedBytes + ((long)MaxAllocatedTimes * size) + (MaxAllocatedBytesOfEvent * events))
            return new Failure("allocation", $"{AllocatedBytes} bytes allocated for {size} and {events} events");
        // Another process or a collection may have had the processor: only what is slow each time is slow.
        for (var attempt = 0; attempt < Attempts && Milliseconds > DoubtfulMilliseconds; attempt++)
        {
            var normalizer = Plain();
            started = Stopwatch.GetTimestamp();
            normalizer.Process(record, nothing);
            Milliseconds = Math.Min(Milliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return boundsTime && Milliseconds > MaxMilliseconds + (events * microsecondsOfEvent / 1_000)
            ? new Failure("time", $"{Milliseconds:f1} ms for {size} bytes and {events} events")
            : null;
    }

    private Failure? Outcomes(in RawRecord record)
    {
        var first = Answer.Of(warm, record);
        Last = first;
        var outcome = first.Outcome;
        var isOne = outcome.Kind switch
        {
            OutcomeKind.Emitted => outcome.Events == first.Events.Count && outcome.Events > 0 && outcome is { Skip: SkipReason.None, Rejection: null },
            OutcomeKind.Skipped => first.Events.Count == 0 && outcome.Skip != SkipReason.None && outcome.Rejection is null,
            _ => first.Events.Count == 0 && outcome is { Skip: SkipReason.None, Rejection: not null },
        };
        if (!isOne)
            return new Failure("outcome", $"{outcome.Kind} with {first.Events.Count} events, {outcome.Skip}, {outcome.Rejection?.Code}");
        if (!first.IsSameAs(Answer.Of(cold, record)))
            return new Failure("same-bytes", "a normalizer that has seen other records answers otherwise");
        var filled = Answer.Of(kept, record);
        if (!filled.IsSameAs(Answer.Of(twin, record)))
            return new Failure("same-bytes", "two histories that are the same end in other bytes");
        if (!filled.HasSameOutcomeAs(first) || !filled.Events.Zip(first.Events).All(pair => HaveSameIdentity(pair.First, pair.Second)))
            return new Failure("identity", "outcome, event id or fact hash depend on kept images");
        turn = (turn + 1) % others.Length;
        var other = Answer.Of(others[turn], record);
        foreach (var answer in (ReadOnlySpan<Answer>)[first, filled, other])
        {
            if ((answer.Outcome.Rejection is { } rejection ? Rejections.Check(record, rejection) : null) is { } refused)
                return refused;
        }

        var isGuarded = turn == others.Length - 1;
        var hides = isGuarded && first.Events.Count == other.Events.Count;
        return first.Events.Concat(filled.Events).Select(one => Properties.Check(one, isGuarded: false))
            .Concat(other.Events.Select(one => Properties.Check(one, isGuarded)))
            .Concat(hides ? first.Events.Zip(other.Events, HiddenValues.Check) : []).FirstOrDefault(failure => failure is not null);
    }

    private static bool HaveSameIdentity(CopiedEvent one, CopiedEvent other) =>
        one.Id == other.Id && one.Header(EventHeaders.FactHash) == other.Header(EventHeaders.FactHash)
        && one.Header(EventHeaders.EventUid) == other.Header(EventHeaders.EventUid);

    private (Normalizer Cold, Normalizer Kept, Normalizer Twin, Normalizer[] Others) Fresh()
    {
        var images = new SourceSettings { KeepsImages = true };
        return (Plain(), Make(images, new MemoryImageStore()), Make(images, new MemoryImageStore()),
            [.. Others.Select(other => Make(other, other.KeepsImages ? new MemoryImageStore(new ImageMemory(maxBytes: 3_000)) : null)), Guarded()]);
    }

    private Normalizer Plain() => new(Settings() with { Decode = new DecodeSettings() }, schemas);

    private Normalizer Make(SourceSettings source, MemoryImageStore? images) =>
        new(Settings() with { Decode = new DecodeSettings { Sources = [source] } }, schemas, images);

    private Normalizer Guarded() => new(
        Settings() with
        {
            Protect = new ProtectSettings
            {
                Rules =
                [
                    new ProtectRule { Table = "*", Column = "*id", Action = FieldAction.Mask },
                    new ProtectRule { Table = "*", Column = "*a*", Action = FieldAction.Drop },
                    new ProtectRule { Table = "*", Column = "*e*", Action = FieldAction.Mask },
                ],
            },
        },
        schemas);

    private static NormalizerSettings Settings() => new() { IdentityKey = Key, ConfigHash = "fuzz", ProductVersion = "0" };
}
