using System.Globalization;

namespace AuditStream.Chaos;

/// <summary>The command line.</summary>
internal sealed class ChaosArguments
{
    /// <summary>What can be written.</summary>
    internal const string Usage = """
        auditstream-chaos [--minutes N] [--seed S] [--records N]
          three brokers, PostgreSQL, two to four instances; faults by a seed; then everything is counted
          --minutes N   how long faults strike, 3 unless told
          --seed S      the history and the faults; by chance unless told
          --records N   how many raw records, 20,000 a minute and at least 60,000 unless told
        auditstream-chaos --soak [--minutes N] [--state]
          one instance under full load without faults: is its memory flat? With row images: --state
        auditstream-chaos --recovery [--runs N]
          how long until all partitions flow again, after kills of an instance and after kills of a broker, 5 of each unless told
        """;

    private const int MaxMinutes = 1_440;
    private const int MaxRuns = 100;

    internal int Minutes { get; private set; } = 3;

    internal int Seed { get; private set; } = Random.Shared.Next(1_000_000);

    internal long? Records { get; private set; }

    internal int Runs { get; private set; } = 5;

    internal bool IsSoak { get; private set; }

    internal bool IsRecovery { get; private set; }

    internal bool WithState { get; private set; }

    /// <summary>Reads it; null when it cannot be understood.</summary>
    internal static ChaosArguments? Of(string[] words)
    {
        var result = new ChaosArguments();
        var left = new Queue<string>(words);
        while (left.TryDequeue(out var word))
        {
            if (!result.TakeFlag(word) && !(left.TryDequeue(out var text)
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && result.TakeNumber(word, number)))
                return null;
        }
        return result.IsSoak && result.IsRecovery ? null : result;
    }

    private bool TakeFlag(string word)
    {
        switch (word)
        {
            case "--soak":
                IsSoak = true;
                return true;
            case "--recovery":
                IsRecovery = true;
                return true;
            case "--state":
                WithState = true;
                return true;
            default:
                return false;
        }
    }

    private bool TakeNumber(string word, int number)
    {
        switch (word)
        {
            case "--minutes" when number is >= 1 and <= MaxMinutes:
                Minutes = number;
                return true;
            case "--seed":
                Seed = number;
                return true;
            case "--records" when number >= 1:
                Records = number;
                return true;
            case "--runs" when number is >= 1 and <= MaxRuns:
                Runs = number;
                return true;
            default:
                return false;
        }
    }
}
