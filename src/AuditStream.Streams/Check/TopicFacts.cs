using System.Globalization;

namespace AuditStream.Streams.Check;

/// <summary>What the cluster tells of a topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many partitions.</param>
/// <param name="Copies">The fewest copies that a partition has.</param>
/// <param name="Settings">Its settings; null where they could not be read.</param>
/// <param name="Rights">What this login may do with it; null where the cluster does not tell.</param>
internal sealed record TopicFacts(
    string Name, int Partitions, int Copies, IReadOnlyDictionary<string, string>? Settings, IReadOnlyCollection<string>? Rights)
{
    /// <summary>A setting that is a number; null where it is not known.</summary>
    public long? Number(string setting) =>
        Settings is not null && Settings.TryGetValue(setting, out var text)
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A setting's text; empty where it is not known.</summary>
    public string Text(string setting) => Settings?.GetValueOrDefault(setting) ?? "";
}
