namespace AuditStream.Simulation.Breaks;

/// <summary>The switches that break the loop on purpose. The product has none of them: they are put into a copy of its text when
/// <c>AuditStream.Simulation.Broken</c> is built, and do nothing there until <see cref="Break.Number"/> names one.</summary>
/// <remarks>Numbers are those of the invariants; from 101 on they are defects that were found and mended. A text that is not there any more, or
/// twice, fails that build: whoever changes the line says here what keeps the invariant now.</remarks>
internal static class Switches
{
    private const string Is = "global::AuditStream.Simulation.Breaks.Break.Is";
    private const string Nobody = "global::AuditStream.Simulation.Model.ModelMembership.Nobody";

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<Switch> All { get; } =
    [
        Of(1, "records leave outside of the transaction",
            "settings.Guarantee == ProcessingGuarantee.ExactlyOnceV2 ? clientId : null", $"{Is}(1) ? null : {{0}}"),
        Of(2, "the offset sent is that of the last record, not of the next",
            "nextOffset = offset + 1;", $"nextOffset = offset + ({Is}(2) ? 0 : 1);"),
        Of(3, "transactions carry no offsets",
            "retries.Call(wait => producer.SendOffsets(offsets, membership, wait));", $"if (!{Is}(3)) {{0}}"),
        Of(5, "what an aborted transaction did to the state stays",
            "state?.Aborted();", $"if (!{Is}(5)) {{0}}"),
        Of(6, "the state is written before the commit",
            "task.State?.Write(work);", $"{{{{ {{0}} if ({Is}(6)) task.State?.Committed(); }}}}"),
        Of(6, "the checkpoint is written before the images that it stands for",
            "handler.Images.Commit(receipt?.NextOffset);", $"if ({Is}(6)) Store.Write([], receipt?.NextOffset); {{0}}"),
        Of(8, "the changelog's partition is not the task's",
            "Partition = partition,\n                Key = address,", $"Partition = {Is}(8) ? null : partition,\n                Key = address,"),
        Of(9, "what a dead owner left open is left to its time-out",
            "Take(owner);", $"if (!{Is}(9)) {{0}}"),
        Of(10, "offsets are sent without generation and member",
            "Work.Commit(offsets, membership);", $"Work.Commit(offsets, {Is}(10) ? {Nobody} : membership);"),
        Of(11, "offsets of open transactions are not waited for",
            """result["isolation.level"] = "read_committed";""",
            $$"""
            result["isolation.level"] = {{Is}}(11) && group == settings.ApplicationId || {{Is}}(25) && group == settings.SinkGroup
                ? "read_uncommitted" : "read_committed";
            """),
        Of(12, "a dead owner's transaction stays open for a quarter of an hour",
            "Text(settings.TransactionTimeoutMilliseconds)", $"({Is}(12) ? \"900000\" : {{0}})"),
        Of(14, "a restore ends with a record, and not with a position",
            "place = Math.Max(place, from.Position(changelog) ?? 0);", $"if (!{Is}(14)) {{0}}"),
        Of(15, "a restore reads to its end, and nobody polls meanwhile",
            "clock.Time.GetElapsedTime(begin) < MaxStepTime", $"({Is}(15) || {{0}})"),
        Of(16, "a restore goes on after its partition was given back",
            "if (run is { } current && partitions.Contains(current.Task.Partition))",
            $"if (!{Is}(16) && run is {{ }} current && partitions.Contains(current.Task.Partition))"),
        Of(16, "a restore goes on although nothing is owned",
            "run = null;\n        reader?.Dispose();\n        reader = null;", $"if (!{Is}(16)) {{ run = null; reader?.Dispose(); reader = null; }}"),
        Of(17, "partitions are given back and what was made of them stays open",
            "Guarded(() => Commit(seekBack: false, closing: partitions));", $"if (!{Is}(17)) {{0}}"),
        Of(18, "what was open is committed after its partitions were lost",
            """Guarded(() => Abort(AbortCause.Lost, "the partitions have another owner.", seekBack: false));""",
            $"if ({Is}(18)) Guarded(() => Commit(seekBack: false)); else {{0}}"),
        Of(19, "records of partitions that were given back are processed",
            "tasks.Remove(partition);", $"if (!{Is}(19)) {{0}}"),
        Of(20, "after an abort the consumer goes on where it was",
            "Consumer.Seek(task.Restart);", $"{{{{ if (!{Is}(20)) {{0}} }}}}"), // in braces: an else follows
        Of(21, "a record that found no room is left out",
            "if (begin == 0)", $"if ({Is}(21)) return; {{0}}"),
        Of(22, "a record whose handler throws is skipped",
            "StopTask(task, record.Offset, why, exception, seekBack: true);",
            $"if ({Is}(22)) {{ task.Open.Skip(SkipReason.Empty); task.Done(record.Offset, record.TimestampMilliseconds); }} else {{0}}"),
        Of(23, "an idle transaction stays open",
            "if (HasOpenWork && WaitUntilDue() == TimeSpan.Zero)", $"if (!{Is}(23) && HasOpenWork && WaitUntilDue() == TimeSpan.Zero)"),
        Of(24, "a stop does not finish what is open",
            "cycle.CommitBeforeStop();", $"if (!{Is}(24)) {{0}}"),
        Of(24, "a stop does not leave the group",
            """
            Leave();
                    cycle.Drop(AbortCause.Shutdown);
            """,
            $"if (!{Is}(24)) {{0}}"),
        Of(101, "after a refusal without a reason transactions stay as long as they were",
            "size.Halve(open.Records);\n            Abort(AbortCause.ClientError, exception.Message, seekBack);", $"if (!{Is}(101)) {{0}}"),
        Of(102, "a transaction that was dropped is tried again at once, however often",
            "clock.Pause(betweenAborts.Next());", $"if (!{Is}(102)) {{0}}"),
    ];

    /// <summary>What is broken by a switch in the model, because a client keeps it: that records were delivered (4), that a store
    /// has one owner (7), where a changelog ends
    /// (13), and by the reader (25).</summary>
    internal static IReadOnlyList<int> Numbers { get; } = [.. All.Select(one => one.Invariant).Concat([4, 7, 13, 25]).Distinct().Order()];

    /// <summary>What is missing when a number is broken.</summary>
    internal static string What(int number) => number switch
    {
        4 => "a record that was not delivered does not fail its commit",
        7 => "two have one store of images open",
        13 => "a restore reads to the end of what is committed, and not to the end",
        25 => "the reader takes what was dropped",
        _ => string.Join("; ", All.Where(one => one.Invariant == number).Select(one => one.What)),
    };

    /// <summary>Copies the product's text and puts the switches in.</summary>
    /// <exception cref="InvalidOperationException">A text is not there exactly once.</exception>
    internal static void Put(string from, string to)
    {
        var texts = Directory.EnumerateFiles(from, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(from, file))
            .Where(file => !file.StartsWith("bin", StringComparison.Ordinal) && !file.StartsWith("obj", StringComparison.Ordinal))
            .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(from, file)));
        foreach (var one in All)
        {
            string[] found = [.. texts.SelectMany(text => Enumerable.Repeat(text.Key, text.Value.Split(one.Kept).Length - 1))];
            if (found is not [var file])
            {
                throw new InvalidOperationException(
                    $"Putting in the switch of invariant {one.Invariant} failed: \"{one.Kept}\" stands {found.Length} times in {from}, and not once."
                    + " Say in tests/AuditStream.Simulation/Breaks/Switches.cs what keeps the invariant now.");
            }
            texts[file] = texts[file].Replace(one.Kept, one.Switched, StringComparison.Ordinal);
        }
        foreach (var (file, text) in texts)
        {
            var path = Path.Combine(to, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? to);
            File.WriteAllText(path, text);
        }
    }

    // {0} in the text with the switch is the text as it is.
    private static Switch Of(int invariant, string what, string kept, string switched) =>
        new(invariant, what, kept, switched.Replace("{0}", kept, StringComparison.Ordinal));
}
