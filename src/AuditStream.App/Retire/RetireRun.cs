using System.Globalization;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.Core.Account;
using AuditStream.Postgres.Retire;

namespace AuditStream.App.Retire;

/// <summary>Archives and drops ranges, oldest first, each for itself: what was retired before a failure stays retired.</summary>
/// <remarks>The note in the trail comes between the archive and the drop: what cannot be noted is not done.</remarks>
/// <param name="options">Checked options.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Hears what is being done.</param>
internal sealed class RetireRun(AuditStreamOptions options, TimeProvider time, Action<string> progress)
{
    /// <summary>The ranges that a request is about, with why not where that is known before anything is done.</summary>
    /// <exception cref="ConfigurationException">A name is of no range.</exception>
    public static async Task<IReadOnlyList<RetireOutcome>> PlanAsync(AuditStreamOptions options, RetireRequest request, CancellationToken cancellationToken)
    {
        var all = await Retirement.ListAsync(EdgeSettings.Reader(options), cancellationToken).ConfigureAwait(false);
        if (request.Ranges.FirstOrDefault(name => all.All(range => range.Name != name)) is { } unknown)
            throw new ConfigurationException([new("--range", $"names {unknown}, which is no range that is there; auditstream retire --dry-run lists those whose time is over")]);
        return [.. all.Where(range => request.Ranges.Count > 0 ? request.Ranges.Contains(range.Name)
                : request.Before is { } before ? range.To <= before : range.IsDue)
            .Select(range => new RetireOutcome(range, range.Refusal, Archived: null))];
    }

    /// <summary>Retires what the plan does not keep.</summary>
    /// <param name="key">The key of checkpoints, which signs tombstones too.</param>
    /// <param name="request">What.</param>
    /// <param name="plan">As of <see cref="PlanAsync"/>.</param>
    /// <param name="cancellationToken">Ends it between two steps; a range is retired or it is there.</param>
    /// <exception cref="AuditNoteException">The trail could not be told: that range and those behind it are there as before.</exception>
    /// <exception cref="IOException">The folder of archives cannot be written, likewise.</exception>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right is missing, likewise.</exception>
    public async IAsyncEnumerable<RetireOutcome> RunAsync(
        CheckpointKeyFile key, RetireRequest request, IReadOnlyList<RetireOutcome> plan,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var archives = request.Archives ?? throw new InvalidOperationException("A dry run retires nothing.");
        await using var retirement = new Retirement(
            EdgeSettings.Reader(options), EdgeSettings.Owner(options), options.ApplicationId, key, request.TrustedKeys, time);
        foreach (var name in await retirement.MendAsync(archives, cancellationToken).ConfigureAwait(false))
            progress($"put the tombstone of {name} beside its archive");
        foreach (var planned in plan)
        {
            var folder = new ArchiveFolder(archives, planned.Range.Name);
            yield return planned.KeptBecause is not null ? planned
                : await OneAsync(retirement, request, planned.Range, folder, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RetireOutcome> OneAsync(
        Retirement retirement, RetireRequest request, RetirableRange range, ArchiveFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var archived = await retirement.ArchiveAsync(range, folder,
                rows => progress(string.Create(CultureInfo.InvariantCulture, $"archiving {range.Name}: {rows:N0} events")), cancellationToken).ConfigureAwait(false);
            if (request.IsNoted)
            {
                progress($"noting in the trail that {range.Name} is retired");
                await new OperatorNotes(options, time).SendAsync("retire", request.Reason, Facts(archived), cancellationToken).ConfigureAwait(false);
            }
            progress($"dropping {range.Name}");
            await retirement.DropAsync(archived, OperatorNotes.By, request.Reason, cancellationToken).ConfigureAwait(false);
            return new RetireOutcome(range, KeptBecause: null, archived);
        }
        catch (RetirementException exception)
        {
            return new RetireOutcome(range, exception.Message, Archived: null);
        }
    }

    private static Dictionary<string, string> Facts(ArchivedRange archived) => new()
    {
        ["partition"] = archived.Range.Name,
        ["valid_from"] = Instant(archived.Range.From),
        ["valid_to"] = Instant(archived.Range.To),
        ["rows"] = (archived.Rows + archived.UnchainedRows).ToString(CultureInfo.InvariantCulture),
        ["manifest_sha256"] = Convert.ToHexStringLower(archived.ManifestHash),
    };

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
