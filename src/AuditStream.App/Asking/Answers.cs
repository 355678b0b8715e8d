using System.CommandLine;

namespace AuditStream.App.Asking;

/// <summary>Writes an answer that is a sequence of events, as far as the limit.</summary>
internal static class Answers
{
    /// <summary>Writes events: as a page, or with <c>--json</c> a line each.</summary>
    /// <param name="asking">The options.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="events">The events' bodies.</param>
    /// <param name="namesRow">Whether each says its table and key.</param>
    public static async Task WriteAsync(AskingArguments asking, ParseResult arguments, IAsyncEnumerable<string> events, bool namesRow)
    {
        var (output, limit) = (arguments.InvocationConfiguration.Output, asking.Limit(arguments));
        var page = asking.IsJson(arguments) ? null : asking.Page(arguments);
        var (count, isCut) = (0, false);
        await foreach (var body in events.ConfigureAwait(false))
        {
            if (count == limit)
            {
                isCut = true;
                break;
            }
            count++;
            if (page is null)
                await output.WriteLineAsync(body).ConfigureAwait(false);
            else
                page.Write(body, namesRow);
        }
        page?.WriteSum(count, "event", isCut);
    }
}
