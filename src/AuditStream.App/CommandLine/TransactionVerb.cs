using System.CommandLine;
using System.Runtime.CompilerServices;
using AuditStream.App.Asking;
using AuditStream.Postgres;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream transaction</c>: everything that one transaction of a source did.</summary>
public static class TransactionVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var asking = new AskingArguments();
        var id = new Argument<string>("ID") { Description = "The transaction's id in the source's own words, as events have it." };
        var verb = new VerbCommand("transaction",
            "Shows everything that one transaction of a source did, in its order, and its end with the source's own counts. Needs a login with the reader role.",
            "auditstream transaction 571",
            "auditstream transaction 571:24023128 --source shop --json");
        verb.Add(id);
        asking.AddTo(verb);
        verb.SetAction(async (arguments, cancellationToken) =>
        {
            var reader = asking.Reader(arguments);
            await using (reader.ConfigureAwait(false))
            {
                var events = EventsAsync(reader, asking.Source(arguments), arguments.GetRequiredValue(id), asking.Window(arguments), cancellationToken);
                await Answers.WriteAsync(asking, arguments, events, namesRow: true).ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return verb;
    }

    // Without --source: of every source that has one of this id.
    private static async IAsyncEnumerable<string> EventsAsync(
        AuditReader reader, string? source, string id, TimeWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sources = new SortedSet<string>(StringComparer.Ordinal);
        if (source is not null)
        {
            sources.Add(source);
        }
        else
        {
            await foreach (var table in reader.TablesAsync(cancellationToken).ConfigureAwait(false))
                sources.Add(table.Source);
        }
        foreach (var one in sources)
        {
            await foreach (var body in reader.TransactionAsync(one, id, window, cancellationToken).ConfigureAwait(false))
                yield return body;
        }
    }
}
