using System.Globalization;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Streams.Reset;

namespace AuditStream.App.Reset;

/// <summary>What a reset does or would do, for a person or for a program.</summary>
/// <param name="plan">The plan.</param>
/// <param name="isDryRun">Whether nothing is changed.</param>
/// <param name="folder">The folder whose row images are removed; null for none.</param>
public sealed class ResetReport(ResetPlan plan, bool isDryRun, string? folder = null)
{
    private const int MaxNamed = 10;

    /// <summary>Whether a group has members: then nothing is done.</summary>
    public bool IsRefused => plan.InUse.Any();

    /// <summary>The plan, a line for each partition that moves.</summary>
    public void WriteText(TextWriter output)
    {
        foreach (var group in plan.Groups)
        {
            var moving = group.Moves.Where(move => move.From != move.To).ToList();
            output.WriteLine(Invariant($"group {group.Group}: {(group.Members.Count == 0 ? "no members" : $"{group.Members.Count} members")}, {moving.Count} of {group.Moves.Count} partitions move, {group.Moves.Sum(move => Math.Max(0, move.Again))} offsets come again"));
            foreach (var move in moving)
                output.WriteLine(Invariant($"  {move.Partition}: {(move.From is { } from ? from : "nothing")} → {move.To}  (there are {move.First} to {move.End})"));
        }
        foreach (var (topic, partitions) in plan.Topics)
            output.WriteLine(Invariant($"topic {topic}: {(isDryRun ? "would be" : "is")} deleted and made anew with {partitions} partitions"));
        if (folder is not null)
            output.WriteLine($"folder {folder}: {(isDryRun ? "would be" : "is")} emptied; remove those of other machines by hand");
    }

    /// <summary>Why nothing is done.</summary>
    public void WriteRefusal(TextWriter error)
    {
        foreach (var group in plan.InUse)
            error.WriteLine(Invariant($"The group {group.Group} has {group.Members.Count} members ({string.Join(", ", group.Members)}): stop every instance first. Of one that was killed the group knows after its session's time-out."));
    }

    /// <summary>Why a topic's name cannot be meant, and which one may be.</summary>
    public static string Unread(UnreadTopicException exception)
    {
        var nearest = NearestName.Find(exception.Topic, exception.Read);
        return exception.Read.Count == 0
            ? $"--topic {exception.Topic}: {exception.Message} None of the topics that they would read is there. Nothing was changed."
            : $"--topic {exception.Topic}: {exception.Message} {(nearest is null ? $"They read {string.Join(", ", exception.Read.Take(MaxNamed))}" : $"The nearest that they read is {nearest}")}. Nothing was changed.";
    }

    /// <summary>The whole as one JSON object.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="exitCode">What the verb ends with.</param>
    public void WriteJson(TextWriter output, int exitCode) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteNumber("exit_code", exitCode);
        writer.WriteBoolean("dry_run", isDryRun);
        writer.WriteStartArray("groups");
        foreach (var group in plan.Groups)
        {
            writer.WriteStartObject();
            writer.WriteString("group", group.Group);
            writer.WriteStartArray("members");
            foreach (var member in group.Members)
                writer.WriteStringValue(member);
            writer.WriteEndArray();
            writer.WriteStartArray("partitions");
            foreach (var move in group.Moves)
            {
                writer.WriteStartObject();
                writer.WriteString("topic", move.Partition.Topic);
                writer.WriteNumber("partition", move.Partition.Partition);
                if (move.From is { } from)
                    writer.WriteNumber("from", from);
                else
                    writer.WriteNull("from");
                writer.WriteNumber("to", move.To);
                writer.WriteNumber("first", move.First);
                writer.WriteNumber("end", move.End);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("emptied_folder", folder);
        writer.WriteStartArray("emptied_topics");
        foreach (var (topic, _) in plan.Topics)
            writer.WriteStringValue(topic);
        writer.WriteEndArray();
    });

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
