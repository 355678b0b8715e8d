using AuditStream.App.Configuration;
using AuditStream.App.Hosting;
using AuditStream.App.Identity;
using AuditStream.Core.Account;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Retire;

/// <summary>Notes in the trail what an operator does to the store.</summary>
/// <param name="options">Checked options.</param>
/// <param name="time">The clock.</param>
internal sealed class OperatorNotes(AuditStreamOptions options, TimeProvider time)
{
    /// <summary>Who runs this program.</summary>
    public static string By => $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>Writes a note.</summary>
    /// <exception cref="ConfigurationException">The identity key is missing: the note would have no id.</exception>
    /// <exception cref="AuditNoteException">It is not known to be stored.</exception>
    public Task SendAsync(string action, string reason, Dictionary<string, string> facts, CancellationToken cancellationToken) =>
        PipelineEventMaker.Notes(options, IdentityKeyStore.Load(options.Identity), NullLoggerFactory.Instance, time).SendAsync(new AuditNote
        {
            Action = action,
            Reason = reason,
            By = By,
            At = time.GetUtcNow(),
            Facts = facts,
        }, cancellationToken);
}
