using System.CommandLine;
using AuditStream.App.Reset;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream reset</c>: sets consumer groups back and empties internal topics, as Kafka Streams' application reset tool does.</summary>
public static class ResetVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var what = new ResetArguments();
        var json = new Option<bool>("--json") { Description = "One JSON object: exit_code, dry_run, groups, emptied_folder, emptied_topics." };
        var reset = new VerbCommand("reset",
            "Sets consumer groups back, so that records are processed again: the same events come out with the same ids, and the store knows them. "
            + "Refuses while a group has members: stop every instance first. What it did is an audit event on the final topic.",
            "auditstream reset --plane normalize --to-datetime 2026-03-01T00:00:00Z --dry-run",
            "auditstream reset --plane sink --to-earliest --reason 'the store was restored from a backup of last night'",
            "auditstream reset --plane normalize,images --to-earliest --rebuild-state --reason 'row images from the beginning'");
        configuration.AddTo(reset);
        what.AddTo(reset);
        reset.Add(json);
        reset.SetAction((arguments, cancellationToken) =>
        {
            var options = configuration.Read(arguments);
            return new ResetRun(options, TimeProvider.System, arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error)
                .RunAsync(what.Request(arguments), what.IsDryRun(arguments), what.Reason(arguments), arguments.GetValue(json), cancellationToken);
        });
        return reset;
    }
}
