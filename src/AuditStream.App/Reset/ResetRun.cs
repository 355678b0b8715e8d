using System.Globalization;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Hosting;
using AuditStream.App.Identity;
using AuditStream.Core.Account;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Reset;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Reset;

/// <summary>Plans a reset, says what it does, notes it in the trail, and then does it.</summary>
/// <remarks>The note comes first: what cannot be noted is not done. One that breaks off afterwards may be run again.</remarks>
/// <param name="options">Checked options.</param>
/// <param name="time">The clock.</param>
/// <param name="output">Receives what is done.</param>
/// <param name="error">Receives why not.</param>
public sealed class ResetRun(AuditStreamOptions options, TimeProvider time, TextWriter output, TextWriter error)
{
    /// <summary>Runs it.</summary>
    /// <param name="request">What is to be set back.</param>
    /// <param name="isDryRun">Whether nothing is to be changed.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isJson">Whether a program reads the output.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="ConfigurationException">The identity key is missing: the note would have no id.</exception>
    public async Task<int> RunAsync(ResetRequest request, bool isDryRun, string reason, bool isJson, CancellationToken cancellationToken)
    {
        try
        {
            using var reset = new GroupReset(EdgeSettings.Streams(options));
            var plan = await Task.Run(() => reset.Plan(request), cancellationToken).ConfigureAwait(false);
            var folder = request.RebuildsState ? StateFolder.Of(options) : null;
            var report = new ResetReport(plan, isDryRun, folder);
            if (!isJson)
                report.WriteText(output);
            if (report.IsRefused)
                report.WriteRefusal(error);
            else if (!isDryRun)
                await DoAsync(reset, plan, folder, request, reason, isJson, cancellationToken).ConfigureAwait(false);
            var exitCode = report.IsRefused ? ExitCode.FoundWrong : ExitCode.Done;
            if (isJson)
                report.WriteJson(output, exitCode);
            return exitCode;
        }
        catch (ClientException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return exception.ErrorClass == ClientErrorClass.Retriable ? ExitCode.NotReachable : ExitCode.FoundWrong;
        }
        catch (UnreadTopicException exception)
        {
            await error.WriteLineAsync(ResetReport.Unread(exception)).ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (IOException exception)
        {
            await error.WriteLineAsync($"The row images of this machine could not be removed: {exception.Message} Stop the instance that has them, and run this again.")
                .ConfigureAwait(false);
            return ExitCode.FoundWrong;
        }
        catch (AuditNoteException exception)
        {
            await error.WriteLineAsync($"Nothing was changed: {exception.Message}").ConfigureAwait(false);
            return ExitCode.NotReachable;
        }
    }

    private async Task DoAsync(
        GroupReset reset, ResetPlan plan, string? folder, ResetRequest request, string reason, bool isJson, CancellationToken cancellationToken)
    {
        var notes = PipelineEventMaker.Notes(options, IdentityKeyStore.Load(options.Identity), NullLoggerFactory.Instance, time);
        await notes.SendAsync(new AuditNote
        {
            Action = "reset",
            Reason = reason,
            By = $"{Environment.UserName}@{Environment.MachineName}",
            At = time.GetUtcNow(),
            Facts = Facts(plan, request),
        }, cancellationToken).ConfigureAwait(false);
        var progress = isJson ? TextWriter.Null : output;
        if (folder is not null)
            StateFolder.Empty(folder);
        await Task.Run(() => reset.Run(plan, progress.WriteLine, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static Dictionary<string, string> Facts(ResetPlan plan, ResetRequest request) => new()
    {
        ["groups"] = string.Join(' ', plan.Groups.Select(group => group.Group)),
        ["place"] = request.Place.Kind is ResetPlaceKind.Instant or ResetPlaceKind.Offset or ResetPlaceKind.Shift
            ? string.Create(CultureInfo.InvariantCulture, $"{WireName.Of(request.Place.Kind)} {request.Place.Number}")
            : WireName.Of(request.Place.Kind),
        ["partitions"] = Number(plan.Groups.Sum(group => group.Moves.Count(move => move.From != move.To))),
        ["offsets_again"] = Number(plan.Groups.Sum(group => group.Moves.Sum(move => Math.Max(0, move.Again)))),
        ["offsets_left_out"] = Number(plan.Groups.Sum(group => group.Moves.Sum(move => Math.Max(0, -move.Again)))),
        ["emptied_topics"] = string.Join(' ', plan.Topics.Select(topic => topic.Topic)),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
