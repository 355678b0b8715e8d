using System.Globalization;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.Demo.Changes;
using AuditStream.Demo.Live;
using AuditStream.Demo.Messages;
using AuditStream.Demo.Output;
using AuditStream.Postgres;
using Spectre.Console;

namespace AuditStream.Demo;

/// <summary>The demo from beginning to end.</summary>
public sealed class DemoRun(DemoOptions options, IAnsiConsole console, TimeProvider time)
{
    private const int LogTailLines = 20;
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastDrainWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTransactions = TimeSpan.FromMilliseconds(700);

    /// <summary>Runs it.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var started = time.GetTimestamp();
            var messages = CapturedFiles.Read(options.Messages);
            // What DMS would have sent is known of the demo's own messages only.
            var dms = options.Messages == CapturedFiles.OwnFolder ? new DmsMessages(DemoConfiguration.FullTables) : null;
            console.WriteLine("starting an embedded broker and a throw-away PostgreSQL ...");
            var environment = await DemoEnvironment.StartAsync(cancellationToken).ConfigureAwait(false);
            await using (environment.ConfigureAwait(false))
            {
                try
                {
                    return await RunAsync(environment, messages, dms, started, cancellationToken).ConfigureAwait(false);
                }
                catch (DemoFailedException)
                {
                    WriteEndOfLog(environment.LogFile); // the folder goes, and with it the log
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done; // Ctrl-C: everything is put away
        }
        catch (InvalidDataException exception)
        {
            console.WriteLine(exception.Message);
            return ExitCode.Usage;
        }
        catch (DemoFailedException exception)
        {
            console.WriteLine(exception.Message);
            return ExitCode.FoundWrong;
        }
    }

    private async Task<int> RunAsync(
        DemoEnvironment environment, IReadOnlyList<CapturedMessage> captured, DmsMessages? dms, long started, CancellationToken cancellationToken)
    {
        IReadOnlyList<CapturedMessage> messages = [.. captured, .. dms?.Write(captured) ?? []];
        var published = messages.GroupBy(message => message.Topic).ToDictionary(topic => topic.Key, topic => topic.Count());
        using var lines = new StringWriter();
        var settings = await environment.PrepareAsync(
            [.. published.Keys.Order(StringComparer.Ordinal)], dms?.Keys ?? new Dictionary<string, IReadOnlyList<string>>(), hasHttp: !options.Once, lines,
            cancellationToken).ConfigureAwait(false);
        WriteToCopy(lines.ToString().TrimEnd());
        WriteToCopy($"log: {environment.LogFile}");
        WriteToCopy($"look inside: {environment.PsqlLine}");
        if (settings.Http.Port != 0)
            WriteToCopy(string.Create(CultureInfo.InvariantCulture, $"metrics: http://localhost:{settings.Http.Port}/metrics"));

        var product = await RunningProduct.StartAsync(settings, environment.LogFile, cancellationToken).ConfigureAwait(false);
        await using (product.ConfigureAwait(false))
        {
            using var publisher = product.Publisher();
            publisher.Publish(messages);
            await product.DrainAsync(messages.Count, DrainWithin, cancellationToken).ConfigureAwait(false);
            var agree = await SummarizeAsync(product, settings, published, cancellationToken).ConfigureAwait(false);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {time.GetElapsedTime(started).TotalSeconds:0.0} s"));
            if (!options.Once)
            {
                var changes = new LiveChanges(captured, dms, options.Seed);
                agree &= await GoOnAsync(product, publisher, environment, settings, changes, published, cancellationToken).ConfigureAwait(false);
            }
            else if (options.Keep)
                await KeepAsync(cancellationToken).ConfigureAwait(false);
            await product.StopAsync().ConfigureAwait(false);
            return agree ? ExitCode.Done : ExitCode.FoundWrong;
        }
    }

    // New changes until Ctrl-C, then everything that is on its way, then the sums once more.
    private async Task<bool> GoOnAsync(
        RunningProduct product,
        RawPublisher publisher,
        DemoEnvironment environment,
        AuditStreamOptions settings,
        LiveChanges changes,
        Dictionary<string, int> published,
        CancellationToken cancellationToken)
    {
        while (product.Seen.TryRead(out _))
            continue; // the summary has told of these
        var records = published.Values.Sum(count => (long)count);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var view = new LiveView(console, product, environment.PsqlLine, time).ShowAsync(() => Interlocked.Read(ref records), end.Token);
        using var timer = new PeriodicTimer(BetweenTransactions, time);
        try
        {
            while (product.Failure is null && !view.IsFaulted && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                var transaction = changes.Next(time.GetUtcNow());
                publisher.Publish(transaction);
                Interlocked.Add(ref records, transaction.Count);
                foreach (var message in transaction)
                    published[message.Topic] = published.GetValueOrDefault(message.Topic) + 1;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C: what is on its way still arrives.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await view.ConfigureAwait(false); // the terminal is as it was, whatever comes next
        }
        await product.DrainAsync(records, LastDrainWithin, CancellationToken.None).ConfigureAwait(false);
        return await SummarizeAsync(product, settings, published, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<bool> SummarizeAsync(
        RunningProduct product, AuditStreamOptions settings, Dictionary<string, int> published, CancellationToken cancellationToken)
    {
        var reader = new HistoryReader(EdgeSettings.Owner(settings));
        await using (reader.ConfigureAwait(false))
        {
            var row = await reader.BusiestRowAsync(cancellationToken).ConfigureAwait(false);
            var figures = new DemoFigures(
                published,
                product.Ledger,
                await reader.OperationsAsync(cancellationToken).ConfigureAwait(false),
                await reader.DeadLettersAsync(cancellationToken).ConfigureAwait(false),
                row is null ? [] : await HistoriesAsync(reader, row, cancellationToken).ConfigureAwait(false));
            Summary.Write(console, figures);
            return figures.Agree;
        }
    }

    // The same row, as each source tells of it.
    private static async Task<IReadOnlyList<RowHistory>> HistoriesAsync(HistoryReader reader, RowAddress row, CancellationToken cancellationToken)
    {
        var source = row.Source.EndsWith(SourceKinds.DmsSuffix, StringComparison.Ordinal) ? row.Source[..^SourceKinds.DmsSuffix.Length] : row.Source;
        var histories = new List<RowHistory>();
        foreach (var name in (string[])[source, source + SourceKinds.DmsSuffix])
        {
            var address = row with { Source = name };
            var entries = await reader.HistoryAsync(address, cancellationToken).ConfigureAwait(false);
            if (entries.Count > 0)
                histories.Add(new RowHistory(address, entries));
        }
        return histories;
    }

    private void WriteEndOfLog(string file)
    {
        if (!File.Exists(file))
            return;
        WriteToCopy("The end of the product's log:");
        foreach (var line in File.ReadLines(file).TakeLast(LogTailLines))
            WriteToCopy($"  {line}");
    }

    // Not by the console, which would break a long line: these are there to be copied.
    private void WriteToCopy(string line) => console.Profile.Out.Writer.WriteLine(line);

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        console.WriteLine("everything is kept until Ctrl-C ...");
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(end.SetResult).ConfigureAwait(false))
            await end.Task.ConfigureAwait(false);
    }
}
