using System.Globalization;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;

namespace AuditStream.Bench;

/// <summary>Where the time goes: the rooms run in ever longer rows, and what a row takes more than the one before is the last room's.</summary>
internal sealed class Rooms
{
    private const int Count = 5;
    private readonly Decoder decoder = new(Settings.Decode, AvroRecords.Schemas);
    private readonly EventIdentity identity = new(Settings.IdentityKey);
    private readonly Differ differ = new();
    private readonly FieldPolicy policy = new(Settings.Protect, Settings.IdentityKey);
    private readonly Emitter emitter = new(Settings.Emit, Settings.IdentityKey, Normalizer.Version, Settings.ProductVersion, Settings.ConfigHash);
    private readonly AuditEvent auditEvent = new();
    private readonly List<TimeSpan>[] times = [.. Enumerable.Range(0, Count).Select(_ => new List<TimeSpan>())];

    public static NormalizerSettings Settings { get; } = new()
    {
        Decode = new DecodeSettings
        {
            Sources =
            [
                new SourceSettings
                {
                    TopicPattern = "dms[.]orders", Name = "shop", ReplicaIdentity = ReplicaIdentity.Full, Key = ["id"], IncludeNullAndEmpty = true,
                },
                new SourceSettings { TopicPattern = "dms[.].*", Name = "shop", ReplicaIdentity = ReplicaIdentity.Full, Key = ["id"] },
                new SourceSettings { Name = "shop", ReplicaIdentity = ReplicaIdentity.Full },
            ],
        },
        IdentityKey = new IdentityKey(new byte[IdentityKey.MinimumBytes]), ConfigHash = "bench", ProductVersion = "bench",
    };

    /// <summary>Takes the records once through each row of rooms.</summary>
    public void Run(RawRecord[] records)
    {
        for (var last = 0; last < Count; last++)
        {
            var start = CoreBench.ProcessorTime;
            foreach (ref readonly var record in records.AsSpan())
                Pass(record, last);
            times[last].Add(CoreBench.ProcessorTime - start);
        }
    }

    public void Clear() => Array.ForEach(times, list => list.Clear());

    /// <summary>Microseconds per record of each room.</summary>
    public string Line(int records)
    {
        var cumulated = Array.ConvertAll(times, list => CoreBench.Median(list).TotalMicroseconds / records);
        var own = cumulated.Select((time, room) => time - (room == 0 ? 0 : cumulated[room - 1]));
        return string.Join(" + ", own.Select(time => time.ToString("F2", CultureInfo.InvariantCulture)));
    }

    private void Pass(in RawRecord record, int last)
    {
        var change = decoder.Decode(record).Changes[0];
        if (last >= 1)
            identity.Stamp(change);
        if (last < 2)
            return;
        var diff = differ.Compare(change);
        if (last < 3)
            return;
        var protectedDiff = policy.Apply(diff);
        if (last == 4)
            emitter.Write(protectedDiff, auditEvent);
    }
}
