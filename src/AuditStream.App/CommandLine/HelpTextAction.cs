using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AuditStream.App.CommandLine;

/// <summary>The help of a verb: what the library makes of it, then examples, then the exit codes.</summary>
public sealed class HelpTextAction(HelpAction help) : SynchronousCommandLineAction
{
    private const int MaxWidthColumns = 120;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.MaxWidth = MaxWidthColumns;
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is VerbCommand { Examples.Count: > 0 } verb)
        {
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        output.WriteLine("Exit codes:");
        output.WriteLine("  0  done");
        output.WriteLine("  1  found something wrong");
        output.WriteLine("  2  usage or configuration");
        output.WriteLine("  3  environment not reachable");
        return ExitCode.Done;
    }
}
