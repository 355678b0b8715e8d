using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using AuditStream.App.Asking;
using AuditStream.App.Configuration;
using AuditStream.Core.Sink;

namespace AuditStream.App.CommandLine;

/// <summary>The command line: parses, runs one verb, and turns what can go wrong into an exit code and a sentence.</summary>
public static class Cli
{
    /// <summary>The code of a <see cref="StoreException"/> when the configured identity key is not the store's.</summary>
    internal const string IdentityProblemCode = "identity";

    /// <summary>Runs one command line to its end.</summary>
    /// <param name="arguments">The arguments without the program's name.</param>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives what is wrong.</param>
    /// <param name="cancellationToken">Asks a verb to stop; <c>run</c> then ends cleanly.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var result = Root().Parse(arguments);
        // No time-out: a verb that is asked to stop has its own.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (result.Action is ParseErrorAction wrong)
            wrong.ShowHelp = IsOnlyUnfinished(result); // otherwise the sentence that says what is wrong would scroll away
        try
        {
            var code = await result.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
            return result.Action is ParseErrorAction ? ExitCode.Usage : code; // help has errors too, where an argument is missing
        }
        catch (ConfigurationException exception)
        {
            await error.WriteLineAsync("The configuration cannot be used:").ConfigureAwait(false);
            foreach (var problem in exception.Problems)
                await error.WriteLineAsync($"  {problem}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (AskingException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return exception.ExitCode;
        }
        catch (StoreException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return ExitCodeOf(exception);
        }
    }

    /// <summary>What a broken store means for the exit code.</summary>
    public static int ExitCodeOf(StoreException exception) => exception switch
    {
        { ErrorClass: StoreErrorClass.Transient } => ExitCode.NotReachable,
        { Code: IdentityProblemCode } => ExitCode.Usage,
        _ => ExitCode.FoundWrong,
    };

    /// <summary>The tree of verbs.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Turns raw change topics into one audit event per row change, and keeps them in an append-only table.");
        root.Add(RunVerb.Create());
        root.Add(MigrateVerb.Create());
        root.Add(CheckVerb.Create());
        root.Add(TopologyVerb.Create());
        root.Add(ExplainVerb.Create());
        root.Add(HistoryVerb.Create());
        root.Add(RowAtVerb.Create());
        root.Add(ChangesVerb.Create());
        root.Add(TransactionVerb.Create());
        root.Add(ActorVerb.Create());
        root.Add(GapsVerb.Create());
        root.Add(VerifyVerb.Create());
        root.Add(ProveVerb.Create());
        root.Add(ProveVerb.CreateCheck());
        root.Add(RetireVerb.Create());
        root.Add(HoldVerb.Create());
        root.Add(VerifyArchiveVerb.Create());
        root.Add(ConfigVerb.Create());
        root.Add(ResetVerb.Create());
        root.Add(HealthVerb.Create());
        UseHelpWithExamples(root);
        return root;
    }

    // "auditstream", "auditstream config": what comes next is in the help.
    private static bool IsOnlyUnfinished(ParseResult result) => result.UnmatchedTokens.Count == 0 && result.CommandResult.Command.Subcommands.Count > 0;

    // Help is one recursive option of the root.
    private static void UseHelpWithExamples(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction help)
                option.Action = new HelpTextAction(help);
        }
    }
}
