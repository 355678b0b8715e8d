using System.Globalization;
using AuditStream.Chaos.Faults;

namespace AuditStream.Chaos;

/// <summary>What a run is to be.</summary>
internal sealed record ChaosOptions
{
    private const int RecordsPerMinute = 20_000;
    private const int MinRecords = 60_000;

    /// <summary>How long faults strike and records come.</summary>
    internal required TimeSpan Time { get; init; }

    /// <summary>What decides the history and the faults.</summary>
    internal required int Seed { get; init; }

    /// <summary>How many raw records come, before the closing ones.</summary>
    internal required long Records { get; init; }

    /// <summary>How many instances are always there, 2 to 3; storms add one.</summary>
    internal int Instances { get; init; } = 3;

    /// <summary>How many brokers there are.</summary>
    internal int Brokers { get; init; } = 3;

    /// <summary>What is done.</summary>
    internal IReadOnlyList<FaultKind> Faults { get; init; } = Enum.GetValues<FaultKind>();

    /// <summary>Where the logs of a failing run go.</summary>
    internal required string LogFolder { get; init; }

    /// <summary>The options of the command line.</summary>
    internal static ChaosOptions Of(int minutes, int seed, long? records) => new()
    {
        Time = TimeSpan.FromMinutes(minutes),
        Seed = seed,
        Records = records ?? Math.Max(MinRecords, (long)minutes * RecordsPerMinute),
        LogFolder = Path.Combine("artifacts", "chaos", string.Create(CultureInfo.InvariantCulture, $"seed-{seed}")),
    };
}
