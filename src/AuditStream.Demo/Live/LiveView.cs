using AuditStream.Core.Sink;
using Spectre.Console;

namespace AuditStream.Demo.Live;

/// <summary>Shows what arrives until told to stop: pictures on a terminal that can draw, lines otherwise.</summary>
public sealed class LiveView(IAnsiConsole console, RunningProduct product, string lookInside, TimeProvider time)
{
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenSums = TimeSpan.FromSeconds(10);

    private readonly LiveState state = new(time);

    /// <summary>Shows it.</summary>
    /// <param name="published">Tells how many raw records are on the topics.</param>
    /// <param name="cancellationToken">Ends it; the terminal is then as it was before.</param>
    public Task ShowAsync(Func<long> published, CancellationToken cancellationToken) =>
        console.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? ShowFramesAsync(published, cancellationToken)
            : ShowLinesAsync(published, cancellationToken);

    private async Task ShowFramesAsync(Func<long> published, CancellationToken cancellationToken)
    {
        using var screen = new Screen(console.Profile.Out.Writer, console.Profile.Capabilities.ColorSystem);
        using var timer = new PeriodicTimer(BetweenFrames, time);
        try
        {
            do
            {
                while (product.Seen.TryRead(out var arrival))
                    state.Add(arrival);
                var (columns, rows) = (console.Profile.Out.Width, console.Profile.Out.Height);
                screen.Draw(new LiveFrame(Figures(published()), state.Latest, lookInside, columns, rows), columns, rows);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return; // told to stop
        }
    }

    // Not by the console, which would break the lines at a width that nobody has.
    private async Task ShowLinesAsync(Func<long> published, CancellationToken cancellationToken)
    {
        var output = console.Profile.Out.Writer;
        var told = time.GetTimestamp();
        try
        {
            await foreach (var arrival in product.Seen.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await output.WriteLineAsync(PlainLines.Of(LiveEntry.Of(arrival))).ConfigureAwait(false);
                if (time.GetElapsedTime(told) < BetweenSums)
                    continue;
                told = time.GetTimestamp();
                await output.WriteLineAsync(PlainLines.Of(Figures(published()))).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return; // told to stop
        }
    }

    private LiveFigures Figures(long published) => state.Figures(published, product.Ledger, product.Stored);
}
