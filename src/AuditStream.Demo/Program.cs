using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using AuditStream.App.CommandLine;
using AuditStream.Demo;
using AuditStream.Demo.Messages;
using AuditStream.Demo.Output;

var once = new Option<bool>("--once") { Description = "End by itself when every change is in the table." };
var keep = new Option<bool>("--keep") { Description = "With --once: keep everything running until Ctrl-C, to look inside." };
var folder = new Option<string>("--messages")
{
    Description = "A folder with captured messages (*.jsonl); needs --once.",
    HelpName = "DIR",
    DefaultValueFactory = _ => CapturedFiles.OwnFolder,
};
var seed = new Option<int>("--seed") { Description = "What new changes are drawn from.", DefaultValueFactory = _ => 1 };
var root = new RootCommand("Captured messages of real connectors through the product into a throw-away PostgreSQL.") { once, keep, folder, seed };
root.Validators.Add(arguments =>
{
    if (arguments.GetResult(folder) is { Implicit: false } && !arguments.GetValue(once))
        arguments.AddError("--messages needs --once: new changes are made of the demo's own messages.");
});
root.SetAction(async arguments =>
{
    using var stop = new CancellationTokenSource();
    void Stop(PosixSignalContext context)
    {
        context.Cancel = true; // the end is ours: first what is on its way, then the servers
        stop.Cancel();
    }

    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop); // the terminal is closed
    if (!ThrowAwayPostgres.IsAvailable)
    {
        await Console.Error.WriteLineAsync(PostgresBinaries.WhatToInstall).ConfigureAwait(false);
        return ExitCode.NotReachable;
    }
    var options = new DemoOptions
    {
        Once = arguments.GetValue(once),
        Keep = arguments.GetValue(keep),
        Messages = arguments.GetRequiredValue(folder),
        Seed = arguments.GetValue(seed),
    };
    var console = DemoConsole.Create(Console.Out, isTerminal: !Console.IsOutputRedirected);
    return await new DemoRun(options, console, TimeProvider.System).RunAsync(stop.Token).ConfigureAwait(false);
});
var result = root.Parse(args);
if (result.Action is ParseErrorAction wrong)
    wrong.ShowHelp = false;
var code = await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
return result.Errors.Count > 0 ? ExitCode.Usage : code;
