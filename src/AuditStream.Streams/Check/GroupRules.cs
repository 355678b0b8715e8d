using AuditStream.Core.Check;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using static AuditStream.Streams.Check.CheckText;

namespace AuditStream.Streams.Check;

/// <summary>Where do the consumer groups stand, and is what they would read next still there?</summary>
internal static class GroupRules
{
    private const CheckSection Section = CheckSection.Groups;

    public static IEnumerable<Finding> Findings(StreamsSettings settings, GroupFacts group, ClusterFacts facts)
    {
        var committed = group.Committed.Count(entry => entry.Value is not null);
        var behind = group.Committed.Where(entry => entry.Value is not null && facts.Ranges.ContainsKey(entry.Key))
            .Sum(entry => Math.Max(0, facts.Ranges[entry.Key].End - Math.Max(entry.Value ?? 0, facts.Ranges[entry.Key].First)));
        var state = group switch
        {
            { State: GroupFacts.NotThere } => "is not there yet: a run makes it, and reads its topics from their beginning",
            { Members.Count: 0 } => $"has no members now ({group.State})",
            _ => Invariant($"has {group.Members.Count} members ({group.State}: {Names(group.Members)})"),
        };
        yield return Finding.Ok(Section, "group", group.Name,
            Invariant($"{state}; {committed} of {group.Committed.Count} partitions committed, {behind} offsets behind."));
        foreach (var (partition, next) in group.Committed.OrderBy(entry => entry.Key))
        {
            if (!facts.Ranges.TryGetValue(partition, out var range))
                continue;
            var reset = $"kafka-consumer-groups.sh --bootstrap-server {settings.BootstrapServers} --group {group.Name} --topic {partition.Topic}:{partition.Partition} --reset-offsets --to-earliest --execute";
            if (next < range.First)
            {
                yield return Finding.Error(Section, "offsets-passed", $"{group.Name} {partition}",
                    Invariant($"would go on at offset {next}, and the first that is left is {range.First}: {range.First - next} offsets are gone unread."),
                    "Retention was faster than this group: there is a gap in the trail.",
                    $"Restore the records from a backup if there is one, and note the gap; raise retention.ms of {partition.Topic}. The group goes on by itself at the first record that is left.");
            }
            else if (next > range.End)
            {
                yield return Finding.Error(Section, "offsets-beyond-end", $"{group.Name} {partition}",
                    Invariant($"would go on at offset {next}, and the partition ends at {range.End}: the topic was made anew, or lost records."),
                    "Records between are gone, and new ones would be read only from there or all again.", $"With the service stopped: {reset}");
            }
            else if (next is null && range.First > 0)
            {
                yield return Finding.Warning(Section, "beginning-gone", $"{group.Name} {partition}",
                    Invariant($"has committed nothing there, and the first record that is left has offset {range.First}."),
                    "What was before it never was in the trail and cannot come in any more.", "A new snapshot of the source is the baseline from here; raise retention.ms of the topic.");
            }
        }
    }

    /// <summary>Who takes the changes that this configuration forwards, where it does not run images itself.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="members">The members of the group of images; null when they are not known.</param>
    public static Finding ImagesElsewhere(StreamsSettings settings, IReadOnlyList<string>? members) => members is { Count: > 0 }
        ? Finding.Ok(Section, "group", settings.ImagesGroup, Invariant($"has {members.Count} members ({Names(members)}): images runs in other instances."))
        : Finding.Warning(Section, "images-elsewhere", settings.ImagesGroup,
            $"{(members is null ? "does not tell its members" : "has no members")}, and Roles of this configuration leaves images out.",
            $"Changes of tables whose row images are kept become events only where images runs; {settings.RepartitionTopic} keeps them for seven days.",
            "Roles=normalize,images,sink; or another instance with --roles images");

    public static Finding NotAnswered(StreamsSettings settings, string group, ClientException exception) =>
        exception.Code is "GroupAuthorizationFailed" or "TopicAuthorizationFailed"
            ? Finding.Error(Section, "group-right-missing", group, $"this login may not use the group: {exception.Code}.", "A run cannot join it.", Grant(settings, "Read", $"--group {group}"))
            : Finding.Warning(Section, "group-unknown", group, exception.Message, "Where it stands is not known.", "Ask again when the cluster's coordinators answer.");
}
