using AuditStream.App.CommandLine;

namespace AuditStream.App.Tests.CommandLine;

/// <summary>One command line run in this process, to its end.</summary>
internal sealed record CommandLineRun(int Code, string Output, string Error)
{
    public static async Task<CommandLineRun> OfAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Cli.RunAsync(arguments, output, error, CancellationToken.None);
        return new(code, output.ToString(), error.ToString());
    }
}
