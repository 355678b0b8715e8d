using System.CommandLine;
using AuditStream.App.Asking;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream actor</c>: what somebody did.</summary>
public static class ActorVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var asking = new AskingArguments();
        var actor = new Argument<string>("NAME") { Description = "Who, as the events name them." };
        var verb = new VerbCommand("actor",
            "Shows what somebody did, oldest first: the events that name this actor. Needs a login with the reader role.",
            "auditstream actor ann@example.com --from 2026-03-01",
            "auditstream actor ann@example.com --source shop --json");
        verb.Add(actor);
        asking.AddTo(verb);
        verb.SetAction(async (arguments, cancellationToken) =>
        {
            var reader = asking.Reader(arguments);
            await using (reader.ConfigureAwait(false))
            {
                var events = reader.ActivityAsync(
                    arguments.GetRequiredValue(actor), asking.Source(arguments), asking.Window(arguments), cancellationToken);
                await Answers.WriteAsync(asking, arguments, events, namesRow: true).ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return verb;
    }
}
