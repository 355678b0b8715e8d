namespace AuditStream.Simulation.Faults;

/// <summary>The faults of a history, drawn before it begins: what, at which named point, from which record on.</summary>
internal sealed class FaultPlan
{
    /// <summary>How many points pass before a fault whose own point does not come strikes at the next, as a crash where it could not.</summary>
    private const int MaxMissed = 400;
    private static readonly FaultKind[] kinds = Enum.GetValues<FaultKind>();
    private static readonly Point[] points =
        [.. Enum.GetValues<Call>().SelectMany(call => new[] { new Point(call, IsAfter: false), new Point(call, IsAfter: true) })];

    // Longer than a session, and than a session and a transaction together.
    private static readonly double[] lengthsInSeconds = [0.1, 1, 3, 8, 14, 35];
    private readonly Queue<Fault> left;
    private int missed;

    /// <summary>Draws them.</summary>
    /// <param name="random">What chance comes from.</param>
    /// <param name="count">How many.</param>
    /// <param name="records">How many records are delivered at least.</param>
    /// <param name="has">True for a call that is made at all.</param>
    /// <param name="without">Which of them do not strike, by their places.</param>
    internal FaultPlan(Random random, int count, int records, Func<Call, bool> has, IReadOnlyCollection<int> without)
    {
        var possible = Array.FindAll(points, point => has(point.Call));
        var drawn = Enumerable.Range(0, count).Select(_ => Draw(random, records, possible)).OrderBy(fault => fault.AfterRecords).ToArray();
        All = [.. drawn.Where((_, place) => !without.Contains(place))];
        left = new Queue<Fault>(All);
    }

    /// <summary>All of them, in their order.</summary>
    internal IReadOnlyList<Fault> All { get; }

    /// <summary>How many have struck.</summary>
    internal int Struck => All.Count - left.Count;

    /// <summary>How many have not struck yet.</summary>
    internal int Left => left.Count;

    /// <summary>The fault that strikes here and now; null for none.</summary>
    internal Fault? Take(Point point, int delivered)
    {
        if (!left.TryPeek(out var fault) || delivered < fault.AfterRecords)
            return null;
        if (fault.Point != point && ++missed < MaxMissed)
            return null;
        missed = 0;
        left.Dequeue();
        return CanStrike(fault.Kind, point) ? fault : fault with { Kind = FaultKind.Crash };
    }

    private static Fault Draw(Random random, int records, Point[] there)
    {
        var kind = kinds[random.Next(kinds.Length)];

        // What ends a process, or makes one a zombie, is what most can go wrong with; so is what cannot strike in such a history.
        if (random.Next(3) == 0 || !Array.Exists(there, point => CanStrike(kind, point)))
            kind = random.Next(2) == 0 ? FaultKind.Crash : FaultKind.Freeze;
        var possible = Array.FindAll(there, point => CanStrike(kind, point));
        return new Fault(
            kind, possible[random.Next(possible.Length)], random.Next(records * 3 / 4),
            TimeSpan.FromSeconds(lengthsInSeconds[random.Next(lengthsInSeconds.Length)]));
    }

    private static bool CanStrike(FaultKind kind, Point point) => kind switch
    {
        FaultKind.LostRequest => !point.IsAfter && IsRequest(point.Call),
        FaultKind.LostResponse or FaultKind.RepeatedRequest => point.IsAfter && IsRequest(point.Call),
        FaultKind.MustAbort => !point.IsAfter && point.Call is Call.Produce or Call.SendOffsets or Call.Commit,
        FaultKind.FailedDelivery => !point.IsAfter && point.Call is Call.Produce,
        FaultKind.QueueFull => !point.IsAfter && point.Call is Call.Produce,
        FaultKind.HandlerThrows or FaultKind.SchemaMissing => !point.IsAfter && point.Call is Call.Handle,
        FaultKind.SlowMarkers => !point.IsAfter && point.Call is Call.Commit or Call.SendOffsets or Call.Abort,
        FaultKind.StoreOutage => point.Call is Call.StoreWrite,
        FaultKind.Fence => point.Call is Call.Produce or Call.SendOffsets or Call.Commit or Call.Begin or Call.Poll,
        FaultKind.DiskFull => !point.IsAfter && point.Call is Call.ImagesWrite or Call.ImagesOpen,
        _ => true,
    };

    private static bool IsRequest(Call call) =>
        call is Call.Initialise or Call.SendOffsets or Call.Commit or Call.Abort or Call.Flush or Call.OffsetCommit or Call.ChangelogEnd
            or Call.TaskEnd or Call.Members or Call.StoreWrite;
}
