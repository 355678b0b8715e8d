using System.CommandLine;
using AuditStream.App.Asking;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream history</c>: everything that happened to one row, with its diffs.</summary>
public static class HistoryVerb
{
    internal const string TableHelp = "The table: orders, or public.orders where several schemas have one.";
    internal const string KeyHelp = "The row's key: 42 where it has one column, region=eu,id=42, or as JSON.";

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var asking = new AskingArguments();
        var table = new Argument<string>("TABLE") { Description = TableHelp };
        var key = new Argument<string>("KEY") { Description = KeyHelp };
        var history = new VerbCommand("history",
            "Shows everything that happened to one row, oldest first in the order of its source's log. Needs a login with the reader role.",
            "auditstream history orders 42",
            "auditstream history public.orders region=eu,id=42 --from 2026-03-01 --json");
        history.Add(table);
        history.Add(key);
        asking.AddTo(history);
        history.SetAction(async (arguments, cancellationToken) =>
        {
            var reader = asking.Reader(arguments);
            await using (reader.ConfigureAwait(false))
            {
                var found = await asking.TableAsync(reader, arguments, arguments.GetRequiredValue(table), cancellationToken).ConfigureAwait(false);
                var row = await AskingArguments.RowAsync(reader, found, arguments.GetRequiredValue(key), cancellationToken).ConfigureAwait(false);
                await Answers.WriteAsync(asking, arguments, reader.HistoryAsync(row, asking.Window(arguments), cancellationToken), namesRow: false)
                    .ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return history;
    }
}
